import { expect, it } from 'vitest';
import { homes } from '../../server/cli/host.case.ts';
import { eventsOf, itemsOf, shoppersOf } from './shop.ts';
import { fill, measure } from './size.ts';

const home = homes();
const SIZE = { items: 300, events: 3000 };

it('plays as many events as it is asked for, of items that there are', () => {
  const known = new Set<string>([...itemsOf(SIZE)].map(({ id }) => id));
  const events = [...eventsOf(SIZE)];
  expect([known.size, events.length, shoppersOf(SIZE)]).toEqual([300, 3000, 300]);
  expect(events.every(({ item }) => known.has(item))).toBe(true);
  expect(new Set(events.map(({ key }) => key)).size).toBe(events.length);
});

it('trains on them and says what it took', async () => {
  fill(home('growth'), SIZE);
  const point = await measure(home('growth'), 'fast');
  expect(point).toMatchObject({ events: 3000, items: 300 });
  expect(Object.keys(point.stages)).toEqual(
    expect.arrayContaining(['dataset', 'train embeddings', 'trained']),
  );
  expect(Math.min(point.cpuSeconds, point.peakMegabytes, point.bundleMegabytes)).toBeGreaterThan(0);
  await expect(measure(home('growth'), 'slow')).rejects.toThrow('found "slow"');
}, 120_000);
