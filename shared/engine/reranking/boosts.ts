import { ln } from '../../kernel/math.ts';
import type { Engine } from '../contract.ts';
import { FACT } from '../facts.ts';
import type { Observation } from '../observe.ts';

const HIGH_MARGIN = 2;

const isBoosted = ({ moment, shelf }: Observation): boolean => moment.rules === 'on' && shelf.boosted;

/** Moved up since it is promoted today, and so shown as sponsored. */
export const isPromoted = (engine: Engine, seen: Observation, row: number): boolean =>
  isBoosted(seen) && engine.index.facts.of(FACT.promotedUntilDay, row) > seen.today;

/** Boosts are factors on the odds: they add their logarithms to the logit. @returns what a row's boosts add */
export function boosts(engine: Engine, seen: Observation): (row: number) => number {
  if (!isBoosted(seen)) return () => 0;
  const { margin, promoted, fresh, freshDays } = engine.settings.boosts;
  const [lnMargin, lnPromoted, lnFresh] = [ln(margin), ln(promoted), ln(fresh)];
  const { facts } = engine.index;
  const { today } = seen;
  return (row) => {
    const added = facts.of(FACT.addedDay, row);
    const isFresh = added > 0 && added <= today && today - added < freshDays;
    return (
      (facts.of(FACT.margin, row) === HIGH_MARGIN ? lnMargin : 0) +
      (facts.of(FACT.promotedUntilDay, row) > today ? lnPromoted : 0) +
      (isFresh ? lnFresh : 0)
    );
  };
}
