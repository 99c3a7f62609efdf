import { exp } from '../../kernel/math.ts';
import { type Bucketing, Tally } from './buckets.ts';
import { type Draw, seededDraw } from './draw.ts';

/** An item that may be shown, best first. */
export interface Contender {
  /** index among the candidates */
  readonly at: number;
  readonly row: number;
  readonly score: number;
  /** on another shelf of the page already: taken only when nothing else is left */
  readonly avoided: boolean;
}

export interface Chosen extends Contender {
  /** with which the policy put it here, given the entries above it */
  readonly propensity: number;
}

export interface Policy {
  readonly limit: number;
  readonly caps: readonly Bucketing[];
  /** temperature of the softmax that is drawn from; 0: the best is taken, with propensity 1 */
  readonly exploration: number;
  readonly seed: number;
}

/**
 * Fills a slate from the top: each place takes (or draws) from the contenders that fit under all caps.
 * Where none fits, the `rest` of the ranking is let in, then the caps give way one after the other, then items of other
 * shelves come: always contenders that retrieval found, there is no other filler.
 */
export function choose(
  contenders: readonly Contender[],
  policy: Policy,
  rest: () => readonly Contender[] = () => [],
): Chosen[] {
  const { limit, caps, exploration } = policy;
  const tally = new Tally(caps);
  const left = [...contenders];
  const chosen: Chosen[] = [];
  const draw = seededDraw(policy.seed);
  let level = 0;
  while (chosen.length < limit && level <= caps.length + 2) {
    const relaxed = Math.max(0, level - 1);
    const withAvoided = relaxed > caps.length;
    const fits = ({ row, avoided }: Contender): boolean =>
      (withAvoided || !avoided) && tally.fits(row, relaxed);
    const next = exploration > 0 ? sample(left.filter(fits), exploration, draw) : first(left.find(fits));
    if (next === undefined) {
      if (level === 0) left.push(...rest());
      level += 1;
      continue;
    }
    tally.add(next.row);
    left.splice(
      left.findIndex(({ at }) => at === next.at),
      1,
    );
    chosen.push(next);
  }
  return chosen;
}

const first = (fitting: Contender | undefined): Chosen | undefined =>
  fitting && { ...fitting, propensity: 1 };

/** Draws one from softmax(score / temperature): sequential draws of this kind are a Plackett-Luce policy. */
function sample(fitting: readonly Contender[], temperature: number, draw: Draw): Chosen | undefined {
  if (fitting.length === 0) return undefined;
  const best = fitting[0]!.score;
  const odds = fitting.map(({ score }) => exp((score - best) / temperature));
  const total = odds.reduce((sum, value) => sum + value, 0);
  let rest = draw() * total;
  let at = 0;
  while (at < odds.length - 1 && rest >= odds[at]!) rest -= odds[at++]!;
  return { ...fitting[at]!, propensity: odds[at]! / total };
}
