import { PLACEMENTS, type Placement } from '../../protocol/placement.ts';
import { ln1 } from '../logarithm.ts';
import { lnPriceLessOf, sameFacts } from './column.ts';
import { columns, type Family, type Scene, wholes } from './feature.ts';

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

/** The shelves that start from items of the page, the cart or the last view. */
const SEEDED: readonly Placement[] = ['similar', 'bought-together', 'because-you-viewed'];

/** What the shelf starts from that is not the shopper's history. */
export const seedsOf = ({ seen }: Scene) => (SEEDED.includes(seen.request.placement) ? seen.anchors : []);

/** The first item that the shelf starts from. */
export const seedOf = (scene: Scene): number | undefined => seedsOf(scene)[0]?.row;

export const POSITION = 'position';
/** Serving ranks as if everything stood first: what a lower place costs was learned apart from the item. */
export const NEUTRAL_POSITION = 0;

/** Of the moment and the page. */
export const CONTEXT: Family = {
  features: [
    ...wholes('context', [
      ['hour-noon', 'clock and offset: triangle wave that peaks at 12:00'],
      ['hour-evening', 'clock and offset: triangle wave that peaks at 18:00'],
      ['weekday', 'clock and offset: day of the week, Monday 0 to Sunday 1'],
      ['weekend', 'clock and offset: Saturday or Sunday'],
      ['device-phone', 'request: a phone'],
      ['device-tablet', 'request: a tablet'],
      ...PLACEMENTS.map((placement) => [`placement-${placement}`, 'request: the shelf'] as const),
      ['seeds', 'request: ln items that the shelf starts from'],
    ]),
    ...columns('context', [
      ['seed-category', 'shelf and category column: the same as the seed item'],
      ['seed-brand', 'shelf and brand column: the same as the seed item'],
      ['seed-price', "request and price column: ln price less the seed item's"],
    ]),
    ...wholes('context', [[POSITION, 'exposure: ln(1 + position) at training, neutral at serving']]),
  ],
  make(scene) {
    const { device, placement } = scene.seen.request;
    const hour = hourOf(scene);
    const weekday = weekdayOf(scene);
    const seed = seedOf(scene);
    return [
      wave(hour, 12),
      wave(hour, 18),
      ((weekday + 6) % 7) / 6,
      weekday % 6 === 0 ? 1 : 0,
      device === 'phone' ? 1 : 0,
      device === 'tablet' ? 1 : 0,
      ...PLACEMENTS.map((one) => (one === placement ? 1 : 0)),
      ln1(seedsOf(scene).length),
      ...sameFacts(scene, seed),
      lnPriceLessOf(scene, seed),
      NEUTRAL_POSITION,
    ];
  },
};
