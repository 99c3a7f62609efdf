import { describe, expect, it } from 'vitest';
import type { ProfileAttributes } from '../../shared/protocol/profile.ts';
import { DEFAULT_POPULARITY, fitPopularity } from '../popularity/popularity.ts';
import { histories, type ToyTouch } from '../toy-data.ts';
import {
  countClusters,
  DEFAULT_SHOPPER_CLUSTERS,
  listClusters,
  type ShopperClusterSettings,
} from './clusters.ts';

const NOW = 1e12;
const FLAT: ProfileAttributes = { home: 'flat' };
const HOUSE: ProfileAttributes = { home: 'house' };
const ids = ['pan', 'plant', 'rake', 'secret'];

/** A flat's shopper buys pans, a house's rakes, everybody plants; one of a flat a secret. */
function town(shoppers = 40) {
  const buys = (items: readonly number[]): ToyTouch[] =>
    items.map((item) => ({ item, kind: 'purchase', time: NOW - 1, visit: 1 }));
  const users = Array.from({ length: shoppers }, (_, user) =>
    buys(user % 2 === 0 ? [0, 1, ...(user === 0 ? [3, 3] : [])] : [1, 2]),
  );
  const interactions = histories(ids.length, users);
  return {
    interactions,
    until: NOW,
    catalogue: { groups: ids.map((id) => ({ id })) as never },
    shoppers: users.map((_, user) => (user % 2 === 0 ? FLAT : HOUSE)),
  };
}

/** The same town, of which no flat's shopper buys plants. */
function lovers() {
  const data = town();
  const { item, offsets } = data.interactions;
  for (let user = 0; user < 40; user += 2)
    for (let row = offsets[user]!; row < offsets[user + 1]!; row++) if (item[row] === 1) item[row] = 0;
  for (let user = 1; user < 40; user += 2)
    for (let row = offsets[user]!; row < offsets[user + 1]!; row++) item[row] = 1;
  return data;
}

const settings: ShopperClusterSettings = {
  ...DEFAULT_SHOPPER_CLUSTERS,
  clusters: 2,
  prior: 10,
  minSupport: 2,
};
const fitted = (
  own: Partial<ShopperClusterSettings> = {},
  data = town(),
  leaves: (user: number) => boolean = () => false,
) => {
  const chosen = { ...settings, ...own };
  const { popularity } = fitPopularity(data.interactions, DEFAULT_POPULARITY, NOW);
  const counted = countClusters(data, chosen, { seed: 1, leaves });
  return listClusters(counted, { catalogue: data.catalogue, popularity }, chosen);
};

describe('clusters of shoppers', () => {
  it('are shown what they buy, by how often it was seen over how often it was expected', () => {
    const [flat, house] = fitted();
    expect(flat!.mode).toEqual(FLAT);
    // 42 of the town's 82 interactions are a flat's: of 20 pans 42 / 82 * 20 were expected, and 20 seen.
    const pans = 100 * ((20 + 10) / ((42 / 82) * 20 + 10));
    expect(Object.keys(flat!.top)).toEqual(['plant', 'pan']);
    expect(flat!.top['pan']).toBe(Number(pans.toPrecision(3)));
    expect(Object.keys(house!.top)).toEqual(['plant', 'rake']);
  });

  it('go back to everybody as the prior grows', () => {
    const [flat] = fitted({ prior: 1e9 });
    expect(flat!.top).toEqual({ plant: 200, pan: 100 });
  });

  it('never tell what fewer than the least number of people bought, however often they did', () => {
    for (const { top } of fitted()) expect(Object.keys(top)).not.toContain('secret');
    expect(Object.keys(fitted({ minSupport: 1 })[0]!.top)).toContain('secret');
  });

  it('keep everything else below their list, as it is where that is enough', () => {
    for (const { top, rest } of fitted({ most: 1 })) {
      expect(Object.keys(top)).toEqual(['plant']);
      expect(rest).toBe(1);
    }
    const [flat] = fitted({ minSupport: 20, prior: 1 }, lovers());
    expect(Object.keys(flat!.top)).toEqual(['pan']);
    expect(flat!.rest * 200).toBeLessThan(flat!.top['pan']!);
    expect(flat!.rest).toBeGreaterThan(0);
  });

  it('know nothing of shoppers that are left out', () => {
    const alone = fitted({ leastMembers: 10 }, town(), (user) => user < 20);
    const without = town();
    const half = fitted(
      { leastMembers: 10 },
      { ...without, shoppers: without.shoppers.map((one, user) => (user < 20 ? undefined : one)) as never },
    );
    expect(alone.map(({ mode }) => mode)).toEqual(half.map(({ mode }) => mode));
    expect(Object.keys(alone[0]!.top)).not.toContain('secret');
    expect(fitted({ leastMembers: 1 }, town(), () => true)).toEqual([]);
  });

  it('are none where the shop says nothing of its shoppers', () => {
    const { shoppers: _, ...silent } = town();
    expect(fitted({}, silent as never)).toEqual([]);
  });
});
