import type { FunnelSettings } from '../../../shared/engine/settings.ts';
import { recallAtK } from '../../../shared/metrics/ranking.ts';
import { PLACEMENTS } from '../../../shared/protocol/placement.ts';
import { SOURCES, type Source } from '../../../shared/protocol/slate.ts';
import { type BootstrapSettings, bootstrap, type Interval } from '../bootstrap.ts';
import { candidatesOf, type Respondent, withSettings } from './ask.ts';
import type { Owned } from './questions.ts';

/** The device has none of the server's candidates here. */
export const DEVICE_SOURCES = SOURCES.filter((source) => source !== 'server');

export interface SourceRecall {
  readonly source: Source;
  /** share of right answers among the candidates that it proposes alone, as many as `candidates` */
  readonly alone: Interval;
  /** what all together lose without its proposals */
  readonly marginal: Interval;
}

export interface CandidateRecall {
  readonly candidates: number;
  /** of all sources as the release asks them */
  readonly together: Interval;
  /** what is left when the blend has cut candidates to those that are ranked */
  readonly ranked: Interval;
  readonly sources: readonly SourceRecall[];
}

/**
 * Which share of the right answers each source brings among its candidates. Alone, a source is asked for all
 * `candidates`, on every placement; together, sources propose as the release's settings say.
 */
export function candidateRecall(
  of: Respondent,
  queries: readonly Owned[],
  { candidates, intervals }: { readonly candidates: number; readonly intervals: BootstrapSettings },
): CandidateRecall {
  const shoppers = queries.map(({ shopper }) => shopper);
  const estimate = (values: readonly number[]): Interval => bootstrap(values, shoppers, intervals);
  const found = (by: Respondent): number[] =>
    queries.map((query) => {
      const rows = [...candidatesOf(by, query)];
      return recallAtK(rows, new Set(query.targets), rows.length);
    });
  const wide = withSettings(of, { ranked: candidates });
  const all = found(wide);
  return {
    candidates,
    together: estimate(all),
    ranked: estimate(found(of)),
    sources: DEVICE_SOURCES.map((source) => {
      const without = found(answeringWith(wide, (asked) => asked.filter((one) => one !== source)));
      return {
        source,
        alone: estimate(found(alone(wide, source, candidates))),
        marginal: estimate(all.map((value, at) => value - without[at]!)),
      };
    }),
  };
}

/** Every placement asks one source alone, and its score orders. */
export function alone(of: Respondent, source: Source, proposals: number): Respondent {
  const { settings } = of.engine;
  const blend = { ...settings.blend };
  for (const one of SOURCES) blend[one] = one === source ? 1 : 0;
  const asked = answeringWith(of, () => [source]);
  return withSettings(asked, {
    blend,
    cold: blend,
    proposals: { ...settings.proposals, [source]: proposals },
    placements: mapPlacements(asked.engine.settings, (own) => ({ ...own, blend })),
  });
}

const answeringWith = (of: Respondent, choose: (asked: readonly Source[]) => Source[]): Respondent =>
  withSettings(of, {
    placements: mapPlacements(of.engine.settings, (own) => ({ ...own, sources: choose(own.sources) })),
  });

type Placements = FunnelSettings['placements'];

function mapPlacements(
  { placements }: FunnelSettings,
  change: (own: Placements[keyof Placements]) => Placements[keyof Placements],
): Placements {
  const changed = PLACEMENTS.map((placement) => [placement, change(placements[placement])]);
  return Object.fromEntries(changed) as Placements;
}
