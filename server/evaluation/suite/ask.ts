import type { Dataset } from '../../../models/contract.ts';
import type { Engine } from '../../../shared/engine/contract.ts';
import { observe } from '../../../shared/engine/observe.ts';
import { inputs, rank } from '../../../shared/engine/ranking.ts';
import { recommend } from '../../../shared/engine/recommend.ts';
import { retrieve } from '../../../shared/engine/retrieval/retrieve.ts';
import { eligible } from '../../../shared/engine/rules.ts';
import type { FunnelSettings } from '../../../shared/engine/settings.ts';
import type { SlateEntry } from '../../../shared/protocol/slate.ts';
import { momentOf } from '../../training/examples.ts';
import type { Query } from '../../training/plan.ts';
import { stateOf } from '../../training/queries.ts';

/** As deep as slates are asked for. */
export const DEPTH = 20;

/** An engine and how its rows are called in the data that questions are drawn from: a release has rows of its own. */
export interface Respondent {
  readonly engine: Engine;
  readonly whole: Dataset;
  /** row of the engine -> row of the catalogue; items that the catalogue no longer has come after its end */
  readonly rows: Uint32Array;
  readonly rowOf: ReadonlyMap<string, number>;
}

export function respondent(engine: Engine, whole: Dataset): Respondent {
  const { groups } = whole.catalogue;
  const rowOf = new Map(groups.map(({ id }, row) => [id, row]));
  const rows = Uint32Array.from({ length: engine.shard.items }, (_, row) => {
    return rowOf.get(engine.shard.ids.idAt(row)) ?? groups.length + row;
  });
  return { engine, whole, rows, rowOf };
}

/** The same, answering by other settings or another ranker. */
export const answeringBy = (of: Respondent, own: Partial<Engine>): Respondent => ({
  ...of,
  engine: { ...of.engine, ...own },
});

export const withSettings = (of: Respondent, own: Partial<FunnelSettings>): Respondent =>
  answeringBy(of, { settings: { ...of.engine.settings, ...own } });

/** The slate that the funnel makes, rules of stock, cart and purchase left out. */
export function slateOf({ engine, whole }: Respondent, query: Query, limit = DEPTH): readonly SlateEntry[] {
  const request = { ...query.request, limit };
  return recommend(engine, stateOf(whole, query), request, momentOf(query.now, 'off')).entries;
}

/** Catalogue rows of every question's slate. */
export function slatesOf(of: Respondent, queries: readonly Query[]): number[][] {
  return queries.map((query) => slateOf(of, query).map(({ item }) => rowIn(of, item)));
}

export const rowIn = ({ rowOf, whole, rows }: Respondent, id: string): number =>
  rowOf.get(id) ?? whole.catalogue.groups.length + rows.length;

/** Candidates as retrieval leaves them, as catalogue rows. */
export function candidatesOf({ engine, whole, rows }: Respondent, query: Query): Uint32Array {
  const asked = { request: query.request, moment: momentOf(query.now, 'off') };
  const seen = observe(engine, stateOf(whole, query), asked);
  return retrieve(engine, seen, eligible(engine, seen)).candidates.items.map((row) => rows[row]!);
}

/** Every candidate's logit: -Infinity for what retrieval did not find. */
export function logitsOf({ engine, whole, rows }: Respondent, query: Query): Float32Array {
  const asked = { request: query.request, moment: momentOf(query.now, 'off') };
  const seen = observe(engine, stateOf(whole, query), asked);
  const retrieval = retrieve(engine, seen, eligible(engine, seen));
  const { items, logits } = rank(engine, retrieval, inputs(engine, seen, retrieval));
  const all = new Float32Array(whole.catalogue.groups.length).fill(Number.NEGATIVE_INFINITY);
  for (let at = 0; at < items.length; at++) all[rows[items[at]!]!] = logits[at]!;
  return all;
}
