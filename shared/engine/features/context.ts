import { PLACEMENTS, type Placement } from '../../protocol/placement.ts';
import { FACT, type Fact } from '../facts.ts';
import { ln1 } from '../logarithm.ts';
import type { Feature, Scene } from './feature.ts';
import { lnPriceLess, sameAs } from './pair.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const localTime = ({ seen: { moment } }: Scene): number => moment.now + moment.utcOffsetMinutes * 60_000;

/** Local hour with its fraction, 0 to 24. */
export function hourOf(scene: Scene): number {
  const local = localTime(scene);
  return (local - Math.floor(local / DAY) * DAY) / HOUR;
}

/** 0 is Sunday: 1970-01-01 was a Thursday. */
export function weekdayOf(scene: Scene): number {
  const day = Math.floor(localTime(scene) / DAY) + 4;
  return day - Math.floor(day / 7) * 7;
}

/** A triangle wave: 1 at `peak`, -1 half a day away. Two of them tell every hour apart without a sine. */
const wave = (hour: number, peak: number): number => {
  const away = Math.abs(hour - peak);
  return 1 - Math.min(away, 24 - away) / 6;
};

const context = (name: string, source: string, whole: (scene: Scene) => number): Feature => ({
  name,
  origin: 'context',
  source,
  whole,
});

/** The shelves that start from items of the page, the cart or the last view. */
const SEEDED: readonly Placement[] = ['similar', 'bought-together', 'because-you-viewed'];

const seedsOf = ({ seen }: Scene) => (SEEDED.includes(seen.request.placement) ? seen.anchors : []);

/** The first item that the shelf starts from. */
export const seedOf = (scene: Scene): number | undefined => seedsOf(scene)[0]?.row;

export const POSITION = 'position';
/** Serving ranks as if everything stood first: what a lower place costs was learned apart from the item. */
export const NEUTRAL_POSITION = 0;

/** Of the moment and the page. */
export const CONTEXT: readonly Feature[] = [
  context('hour-noon', 'clock and offset: triangle wave that peaks at 12:00', (scene) =>
    wave(hourOf(scene), 12),
  ),
  context('hour-evening', 'clock and offset: triangle wave that peaks at 18:00', (scene) =>
    wave(hourOf(scene), 18),
  ),
  context(
    'weekday',
    'clock and offset: day of the week, Monday 0 to Sunday 1',
    (scene) => ((weekdayOf(scene) + 6) % 7) / 6,
  ),
  context('weekend', 'clock and offset: Saturday or Sunday', (scene) => (weekdayOf(scene) % 6 === 0 ? 1 : 0)),
  context('device-phone', 'request: a phone', ({ seen }) => (seen.request.device === 'phone' ? 1 : 0)),
  context('device-tablet', 'request: a tablet', ({ seen }) => (seen.request.device === 'tablet' ? 1 : 0)),
  ...PLACEMENTS.map((placement) =>
    context(`placement-${placement}`, 'request: the shelf', ({ seen }) =>
      seen.request.placement === placement ? 1 : 0,
    ),
  ),
  context('seeds', 'request: ln items that the shelf starts from', (scene) => ln1(seedsOf(scene).length)),
  {
    name: 'seed-category',
    origin: 'context',
    source: 'shelf and category column: the same as the seed item',
    column: (scene) => sameAs(seedFact(scene, FACT.category), scene.category, scene.lend()),
  },
  {
    name: 'seed-brand',
    origin: 'context',
    source: 'shelf and brand column: the same as the seed item',
    column: (scene) => sameAs(seedFact(scene, FACT.brand), scene.brand, scene.lend()),
  },
  {
    name: 'seed-price',
    origin: 'context',
    source: "request and price column: ln price less the seed item's",
    column: (scene) => {
      const { price, lnPrice } = scene.seen.market;
      const seed = seedOf(scene) ?? -1;
      return lnPriceLess(scene, lnPrice[seed] ?? 0, (price[seed] ?? 0) > 0);
    },
  },
  context(POSITION, 'exposure: ln(1 + position) at training, neutral at serving', () => NEUTRAL_POSITION),
];

function seedFact(scene: Scene, fact: Fact): number {
  const seed = seedOf(scene);
  return seed === undefined ? 0 : scene.engine.index.facts.of(fact, seed);
}
