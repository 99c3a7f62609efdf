import { exp, ln } from '../../kernel/math.ts';
import { FACT } from '../facts.ts';
import { ln1 } from '../logarithm.ts';
import type { Observation, Owned } from '../observe.ts';
import type { Feature, Scene } from './feature.ts';

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
export interface Habits {
  /** by row, of bought items */
  readonly of: ReadonlyMap<number, Habit>;
  readonly mostSlow: number;
  readonly mostSteep: number;
  /** the newest visit before the current session that bought anything */
  readonly lastBought: ReadonlySet<number>;
  /** bought items a visit that bought any */
  readonly visitSize: number;
}

export function habitsOf({ touches, moment }: Observation): Habits {
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

const daysSince = ({ seen }: Scene, { boughtAt }: Owned): number =>
  Math.max(0, seen.moment.now - boughtAt) / DAY;

const bought = (name: string, source: string, of: (scene: Scene, own: Owned) => number): Feature => ({
  name,
  origin: 'pair',
  source,
  own: (scene, own) => (own.purchases === 0 ? 0 : of(scene, own)),
});

/** Mean days from one purchase of the item to the next; undefined where it was bought once. */
function interval({ habits }: Scene, { row, purchases, boughtAt }: Owned): number | undefined {
  const first = habits.of.get(row)!.first;
  return purchases < 2 || boughtAt <= first ? undefined : (boughtAt - first) / (DAY * (purchases - 1));
}

/** Repeat purchase: what of the shopper's own items comes next. */
export const HABIT: readonly Feature[] = [
  bought(
    'habit',
    'profile: purchases, .9 a visit and e in 120 days less, share of the best',
    (scene, { row }) => {
      const { of, mostSlow } = scene.habits;
      return mostSlow > 0 ? of.get(row)!.slow / mostSlow : 0;
    },
  ),
  bought('habit-steep', 'profile: the same with .7 a visit', (scene, { row }) => {
    const { of, mostSteep } = scene.habits;
    return mostSteep > 0 ? of.get(row)!.steep / mostSteep : 0;
  }),
  bought('habit-absolute', 'profile: ln of the decayed purchases', (scene, { row }) =>
    ln1(scene.habits.of.get(row)!.slow),
  ),
  bought('bought-last-visit', 'profile: bought on the newest visit that bought', ({ habits }, { row }) =>
    habits.lastBought.has(row) ? 1 : 0,
  ),
  bought('bought-month', 'profile: e^-(days since / 30)', (scene, own) =>
    exp(-daysSince(scene, own) / MONTH),
  ),
  bought('bought-season', 'profile: e^-(days since / 120)', (scene, own) =>
    exp(-daysSince(scene, own) / SEASON),
  ),
  bought('bought-repeat', 'profile and repeat column: repeat rate of a bought item', ({ engine }, { row }) =>
    engine.index.facts.of(FACT.repeat, row),
  ),
  bought(
    'bought-often-repeat',
    'profile and repeat column: ln times bought by repeat rate',
    ({ engine }, { row, purchases }) => ln1(purchases) * engine.index.facts.of(FACT.repeat, row),
  ),
  bought('bought-due', 'profile: ln of days since over mean days between, 0 if bought once', (scene, own) => {
    const mean = interval(scene, own);
    return mean === undefined ? 0 : ln((daysSince(scene, own) + 1) / (mean + 1));
  }),
  bought('bought-interval', 'profile: ln mean days between, 0 if bought once', (scene, own) =>
    ln1(interval(scene, own) ?? 0),
  ),
  {
    name: 'user-visit-size',
    origin: 'user',
    source: 'profile: ln items a visit that bought',
    whole: ({ habits }) => ln1(habits.visitSize),
  },
];
