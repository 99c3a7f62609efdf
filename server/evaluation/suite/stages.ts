import { decodeWeights } from '../../../shared/bundle/weights.ts';
import type { Ranker } from '../../../shared/engine/contract.ts';
import { loadRanker } from '../../../shared/engine/ranker.ts';
import type { BundlePart } from '../../training/contract.ts';
import { answeringBy, type Respondent } from './ask.ts';
import { alone, DEVICE_SOURCES } from './sources.ts';
import { type Compared, type Variant, variant } from './variants.ts';

/** What orders a slate, by the name of its stage. */
export const rankedBy = (kind: Ranker['kind'] | undefined): string =>
  kind === undefined ? 'linear blend' : `${kind} ranker`;

/** What each stage adds: every source alone, their linear blend, the small ranker, the deep one. */
export function stages(of: Respondent, parts: readonly BundlePart[], compared: Compared): Variant[] {
  const plain = answeringBy(of, { ranker: undefined });
  const { ranked } = of.engine.settings;
  return [
    ...DEVICE_SOURCES.map((source) =>
      variant(
        alone(plain, source, ranked),
        { name: source, means: 'this source alone, by its own score' },
        compared,
      ),
    ),
    variant(plain, { name: rankedBy(undefined), means: 'all sources, weighed; no ranker' }, compared),
    ...rankersOf(of, parts).map(({ name, ranker, free }) => {
      const found = variant(
        answeringBy(of, { ranker }),
        { name, means: `all sources, ordered by the ${name}` },
        compared,
      );
      free();
      return found;
    }),
  ];
}

interface Held {
  readonly name: string;
  readonly ranker: Ranker;
  free(): void;
}

/** Both rankers of a release that has both: an engine opens only what it ranks with. */
function rankersOf({ engine }: Respondent, parts: readonly BundlePart[]): Held[] {
  const bytes = parts.find(({ role }) => role === 'weights')?.bytes;
  if (bytes === undefined) return [];
  const weights = decodeWeights(bytes);
  return (['small', 'deep'] as const).flatMap((kind) => {
    const ranker = loadRanker(weights, engine.settings, { kernel: engine.kernel, kind });
    return ranker === undefined ? [] : [{ name: rankedBy(kind), ranker, free: () => ranker.network.free() }];
  });
}
