import { exp, ln } from '../../kernel/math.ts';
import { FACT } from '../facts.ts';
import { ln1 } from '../logarithm.ts';
import type { Observation, Owned } from '../observe.ts';
import { factOf, LEAST_SHARE, lnWeights, ofOwned, rootShares } from './column.ts';
import { sumsAmong } from './evidence.ts';
import { columns, type Family, type Scene, wholes } from './feature.ts';
import { tokenSums } from './token-evidence.ts';

const DAY = 86_400_000;
/** What was bought a visit earlier weighs so much less, slowly or steeply, and e times less after so many days. */
const SLOW = 0.9;
const STEEP = 0.7;
const SEASON = 120;
const MONTH = 30;

/** How an item was bought over the shopper's visits. */
interface Habit {
  slow: number;
  steep: number;
  first: number;
}

/** What the shopper buys again: derived once a slate. */
interface Habits {
  /** by row, of bought items */
  readonly of: ReadonlyMap<number, Habit>;
  readonly mostSlow: number;
  readonly mostSteep: number;
  /** the newest visit before the current session that bought anything */
  readonly lastBought: ReadonlySet<number>;
  /** bought items a visit that bought any */
  readonly visitSize: number;
}

function habitsOf({ touches, moment }: Observation): Habits {
  const of = new Map<number, Habit>();
  const lastBought = new Set<number>();
  let slow = 1;
  let steep = 1;
  let visits = 0;
  let lines = 0;
  let visit: string | undefined;
  for (let at = touches.length - 1; at >= 0; at--) {
    const touch = touches[at]!;
    if (touch.kind !== 'purchase') continue;
    if (touch.visit !== visit) {
      slow *= visits > 0 ? SLOW : 1;
      steep *= visits > 0 ? STEEP : 1;
      visits += 1;
      visit = touch.visit;
    }
    lines += 1;
    if (visits === 1) lastBought.add(touch.row);
    const faded = exp(-Math.max(0, moment.now - touch.time) / (SEASON * DAY));
    const known = of.get(touch.row);
    if (known === undefined)
      of.set(touch.row, { slow: slow * faded, steep: steep * faded, first: touch.time });
    else {
      known.slow += slow * faded;
      known.steep += steep * faded;
      known.first = touch.time;
    }
  }
  let mostSlow = 0;
  let mostSteep = 0;
  for (const habit of of.values()) {
    mostSlow = Math.max(mostSlow, habit.slow);
    mostSteep = Math.max(mostSteep, habit.steep);
  }
  return { of, mostSlow, mostSteep, lastBought, visitSize: visits === 0 ? 0 : lines / visits };
}

/** Mean days from one purchase of the item to the next; undefined where it was bought once. */
const interval = (first: number, { purchases, boughtAt }: Owned): number | undefined =>
  purchases < 2 || boughtAt <= first ? undefined : (boughtAt - first) / (DAY * (purchases - 1));

const NEVER = new Array<number>(11).fill(0);

const LISTS = ['bought-together', 'taste', 'basket'] as const;

/** What lists and words make of all that the shopper buys, each item by its habit: ln of the sum, and the root of its share of the best. */
function broughtBy(scene: Scene, of: Habits['of']): Float32Array[] {
  const { boughtTogether, lists } = scene.engine;
  const rows = [...of.keys()];
  const weights = Array.from(of.values(), ({ slow }) => slow);
  const bought = { rows, weights };
  const sums = [boughtTogether, lists.taste, lists.basket].map((neighbours) =>
    neighbours === undefined ? scene.zeros() : sumsAmong(scene, neighbours, bought)[0]!,
  );
  return [...sums, tokenSums(scene, bought)].flatMap((sum) => [
    lnWeights(scene, sum, LEAST_SHARE),
    rootShares(scene, sum),
  ]);
}

/** Repeat purchase: what of the shopper's own items comes next, and what they bring. */
export const HABIT: Family = {
  features: [
    ...columns('pair', [
      ['habit', 'profile: purchases, .9 a visit and e in 120 days less, share of the best'],
      ['habit-steep', 'profile: the same with .7 a visit'],
      ['habit-absolute', 'profile: ln of the decayed purchases'],
      ['bought-last-visit', 'profile: bought on the newest visit that bought'],
      ['bought-month', 'profile: e^-(days since / 30)'],
      ['bought-season', 'profile: e^-(days since / 120)'],
      ['bought-repeat', 'profile and repeat column: repeat rate of a bought item'],
      ['bought-often-repeat', 'profile and repeat column: ln times bought by repeat rate'],
      ['bought-again', 'profile and again column: how likely a bought item is on the next visit'],
      ['bought-due', 'profile: ln of days since over mean days between, 0 if bought once'],
      ['bought-interval', 'profile: ln mean days between, 0 if bought once'],
    ]),
    ...columns(
      'pair',
      LISTS.flatMap((list) => [
        [`habit-${list}`, `${list} lists of bought items, by the same decayed purchases: ln of the sum`],
        [`habit-${list}-share`, `${list} lists of bought items: root of the sum's share of the best`],
      ]),
    ),
    ...columns('pair', [
      ['habit-tokens', 'tokens: idf cosines to bought items, by the same decayed purchases: ln of the sum'],
      ['habit-tokens-share', "tokens: root of the sum's share of the best"],
    ]),
    ...wholes('user', [['user-visit-size', 'profile: ln items a visit that bought']]),
  ],
  make(scene) {
    const { of, mostSlow, mostSteep, lastBought, visitSize } = habitsOf(scene.seen);
    const bought = ofOwned(scene, NEVER.length, (own) => {
      const { row, purchases, boughtAt } = own;
      if (purchases === 0) return NEVER;
      const { slow, steep, first } = of.get(row)!;
      const days = Math.max(0, scene.seen.moment.now - boughtAt) / DAY;
      const repeat = factOf(scene, FACT.repeat, row);
      const mean = interval(first, own);
      return [
        mostSlow > 0 ? slow / mostSlow : 0,
        mostSteep > 0 ? steep / mostSteep : 0,
        ln1(slow),
        lastBought.has(row) ? 1 : 0,
        exp(-days / MONTH),
        exp(-days / SEASON),
        repeat,
        ln1(purchases) * repeat,
        factOf(scene, FACT.again, row),
        mean === undefined ? 0 : ln((days + 1) / (mean + 1)),
        ln1(mean ?? 0),
      ];
    });
    return [...bought, ...broughtBy(scene, of), ln1(visitSize)];
  },
};
