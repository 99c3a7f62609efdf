import { ln } from '../../kernel/math.ts';
import type { Engine } from '../contract.ts';
import type { Observation } from '../observe.ts';

const HIGH_MARGIN = 2;

const isBoosted = ({ moment, shelf }: Observation): boolean => moment.rules === 'on' && shelf.boosted;

/** Moved up since it is promoted today, and so shown as sponsored. */
export const isPromoted = (engine: Engine, seen: Observation, row: number): boolean =>
  isBoosted(seen) && engine.index.columns.promotedUntilDay[row]! > seen.today;

/** Boosts are factors on the odds: they add their logarithms to the logit. */
export function boost(engine: Engine, seen: Observation, row: number): number {
  if (!isBoosted(seen)) return 0;
  const { margin, promoted, fresh, freshDays } = engine.settings.boosts;
  const { columns } = engine.index;
  const added = columns.addedDay[row]!;
  const isFresh = added > 0 && added <= seen.today && seen.today - added < freshDays;
  return (
    (columns.margin[row] === HIGH_MARGIN ? ln(margin) : 0) +
    (isPromoted(engine, seen, row) ? ln(promoted) : 0) +
    (isFresh ? ln(fresh) : 0)
  );
}
