import { ln } from '../../kernel/math.ts';
import type { Engine } from '../contract.ts';
import { FACT, type Fact } from '../facts.ts';
import type { Observation } from '../observe.ts';

const HIGH_MARGIN = 2;

const isBoosted = ({ moment, shelf }: Observation): boolean => moment.rules === 'on' && shelf.boosted;

/** Moved up since it is promoted today, and so shown as sponsored. */
export const isPromoted = (engine: Engine, seen: Observation, row: number): boolean =>
  isBoosted(seen) && engine.index.facts.of(FACT.promotedUntilDay, row) > seen.today;

/** Boosts are factors on the odds: they add their logarithms to the logit. @returns what each row's boosts add */
export function boosts(engine: Engine, seen: Observation, rows: Uint32Array): Float64Array {
  const added = new Float64Array(rows.length);
  if (!isBoosted(seen)) return added;
  const { margin, promoted, fresh, freshDays } = engine.settings.boosts;
  const [lnMargin, lnPromoted, lnFresh] = [ln(margin), ln(promoted), ln(fresh)];
  const { scratch, index } = engine;
  const { today } = seen;
  const column = (fact: Fact) => index.facts.pick(fact, rows, scratch.columns.lend(rows.length));
  const margins = column(FACT.margin);
  const promotedUntil = column(FACT.promotedUntilDay);
  const addedOn = column(FACT.addedDay);
  for (let at = 0; at < rows.length; at++) {
    const day = addedOn[at]!;
    const isFresh = day > 0 && day <= today && today - day < freshDays;
    added[at] =
      (margins[at] === HIGH_MARGIN ? lnMargin : 0) +
      (promotedUntil[at]! > today ? lnPromoted : 0) +
      (isFresh ? lnFresh : 0);
  }
  return added;
}
