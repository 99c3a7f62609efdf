import type { Dataset } from '../../models/contract.ts';
import { BundleError } from '../../shared/bundle/error.ts';
import type { Engine, Moment } from '../../shared/engine/contract.ts';
import { closeEngine, openRelease } from '../../shared/engine/engine.ts';
import { EngineError } from '../../shared/engine/error.ts';
import { recommend } from '../../shared/engine/recommend.ts';
import type { Kernel } from '../../shared/kernel/contract.ts';
import { ndcgAtK } from '../../shared/metrics/ranking.ts';
import type { ReleaseId } from '../../shared/protocol/ids.ts';
import type { Champion, ChampionAnswers, Exam } from './contract.ts';
import { openExact } from './exact.ts';
import { momentOf } from './examples.ts';
import { type Fit, type Funnel, openParts, pack } from './fits.ts';
import type { Level, Query } from './plan.ts';
import { stateOf } from './queries.ts';

const AT = 10;

export interface Examined {
  readonly whole: Dataset;
  readonly test: Level;
  /** fitted on `test.fit` */
  readonly fit: Fit;
  /** as the release has it */
  readonly funnel: Funnel;
  readonly rules: Moment['rules'];
  readonly champion?: Champion;
}

/** Asks the same questions of the packed twin, of what it was before it was packed, of popularity and of the champion. */
export function examine(of: Examined, kernel: Kernel): Exam {
  const { whole, test, fit, funnel } = of;
  const files = pack(fit, funnel);
  const twin = openParts(files, kernel);
  const popular = [...twin.index.popular].map((row) => twin.shard.ids.idAt(row));
  const packed = answers(twin, of);
  closeEngine(twin);
  const unrounded = openExact({ ...fit, dataset: test.fit }, funnel, kernel);
  const exact = answers(unrounded, of);
  closeEngine(unrounded);
  const users = usersOf(whole, test.queries);
  const champion = of.champion && ask(of.champion, of, kernel);
  return {
    cut: test.fit.until,
    asked: test.queries.map(({ now }) => now),
    shoppers: users,
    ...{ twin: packed, exact, files },
    popularity: test.queries.map((query) => grade(whole, query, mostPopular(popular, whole, query))),
    ...(champion ? { champion } : {}),
  };
}

/**
 * The champion's release answers what is newer than all it was fitted on. Where the window begins before that, its twin answers,
 * which knew nothing of the window either, so that two fits of about the same age are compared.
 */
function ask(champion: Champion, of: Examined, kernel: Kernel): ChampionAnswers | undefined {
  const { run, until, twin } = champion;
  const cut = of.test.fit.until;
  const byTwin = until > cut && twin !== undefined && twin.cut <= cut;
  const known = byTwin ? twin.cut : until;
  const isNew = ({ now }: Query): boolean => now >= known;
  if (!of.test.queries.some(isNew)) return undefined;
  const by = byTwin ? 'twin' : 'release';
  const opened = open(byTwin ? twin.files : champion.files, run as ReleaseId, kernel);
  if (opened instanceof Error) return { run, by, unread: opened.message, ndcg: [] };
  const ndcg = answers(opened, of, isNew);
  closeEngine(opened);
  return { run, by, ndcg };
}

/** A release of an older Tacit may read features that are gone. */
function open(files: Champion['files'], release: ReleaseId, kernel: Kernel): Engine | Error {
  try {
    return openRelease(files, release, kernel);
  } catch (error) {
    if (error instanceof EngineError || error instanceof BundleError) return error;
    throw error;
  }
}

function answers(engine: Engine, of: Examined): number[];
function answers(engine: Engine, of: Examined, asked: (query: Query) => boolean): (number | null)[];
function answers(
  engine: Engine,
  { whole, test, rules }: Examined,
  asked: (query: Query) => boolean = () => true,
): (number | null)[] {
  return test.queries.map((query) => {
    if (!asked(query)) return null;
    const request = { ...query.request, limit: AT };
    const { entries } = recommend(engine, stateOf(whole, query), request, momentOf(query.now, rules));
    return grade(
      whole,
      query,
      entries.map(({ item }) => item),
    );
  });
}

/** Items by id: another release has other rows. */
function grade({ catalogue }: Dataset, { targets }: Query, slate: readonly string[]): number {
  return ndcgAtK(slate, new Set(targets.map((row) => catalogue.groups[row]!.id)), AT);
}

/** The most popular items that the visit has not touched yet. */
function mostPopular(popular: readonly string[], whole: Dataset, query: Query): string[] {
  const { item } = whole.interactions;
  const seen = new Set<string>(query.request.items);
  for (let row = query.session; row < query.to; row++)
    if (!query.targets.includes(item[row]!)) seen.add(whole.catalogue.groups[item[row]!]!.id);
  const slate: string[] = [];
  for (const id of popular) {
    if (!seen.has(id)) slate.push(id);
    if (slate.length === AT) break;
  }
  return slate;
}

/** Queries are of rows that one shopper owns: found by where their history begins. */
function usersOf({ interactions }: Dataset, queries: readonly Query[]): number[] {
  const known = new Map<number, number>();
  for (let user = 0; user < interactions.users; user++) known.set(interactions.offsets[user]!, user);
  return queries.map(({ from }) => known.get(from) ?? -1 - from);
}
