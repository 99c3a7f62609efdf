import { beforeAll, describe, expect, it } from 'vitest';
import { createRandom, type Random } from '../../models/random.ts';
import { openRelease } from '../../shared/engine/engine.ts';
import { loadKernel } from '../../shared/kernel/load.ts';
import type { ItemId, MarketId, ReleaseId } from '../../shared/protocol/ids.ts';
import { buildDataset } from '../dataset/dataset.ts';
import type { StoredInteraction } from '../store/contract.ts';
import type { TrainedRelease } from './contract.ts';
import { SHOP_SETTINGS } from './settings.ts';
import { shopPlan } from './shop-plan.ts';
import { type ShopData, train } from './train.ts';

const DAY = 86_400_000;
const NOW = 20_000 * DAY;
const COLOURS = ['red', 'blue', 'green', 'black'];
const SHOPPERS = 400;
/** Items of a kind and colour; those from NEW on are first sold in the newest days. */
const ITEMS = 16;
const NEW = 12;

type Basket = (shopper: number, at: { newest: boolean; random: Random }) => readonly string[];

const pick = (random: Random, from: number, to: number): number => from + random.below(to - from);

/**
 * Colours are a matter of taste. In one shop a basket is one item and what is sold with it at times is anything; in the other those who
 * have lamps come back for shades of their lamp's colour, which bear other words.
 */
const byLooks: Basket = (shopper, { newest, random }) => {
  const own = COLOURS[shopper % COLOURS.length]!;
  const one = `lamp-${own}-${newest ? pick(random, NEW, ITEMS) : pick(random, 0, NEW)}`;
  const other = `lamp-${COLOURS[random.below(COLOURS.length)]!}-${random.below(4)}`;
  return random.next() < 0.5 ? [one] : [one, other];
};

const byCustom: Basket = (shopper, { newest, random }) => {
  const colour = shopper % COLOURS.length;
  const lamp = `lamp-${COLOURS[colour]!}-${pick(random, 0, NEW)}`;
  const shade = `shade-${SHADES[colour]!}-${newest ? pick(random, NEW, ITEMS) : pick(random, 0, NEW)}`;
  return newest ? [shade] : [lamp, shade];
};
const SHADES = ['round', 'square', 'long', 'flat'];

function shopOf(basket: Basket, shoppers = SHOPPERS): ShopData {
  const random = createRandom(11);
  const words = [
    ...COLOURS.map((word) => ['lamp', word] as const),
    ...SHADES.map((word) => ['shade', word] as const),
  ];
  const items = words.flatMap(([kind, word]) =>
    Array.from({ length: ITEMS }, (_, at) => ({
      id: `${kind}-${word}-${at}` as ItemId,
      title: `${word} ${kind}`,
      price: 5 + random.below(90),
      availability: 'in_stock' as const,
    })),
  );
  const interactions: StoredInteraction[] = [];
  for (let shopper = 0; shopper < shoppers; shopper++)
    for (const days of [80, 60, 40, 3]) {
      const time = NOW - days * DAY + random.below(DAY);
      basket(shopper, { newest: days === 3, random }).forEach((item, line) => {
        interactions.push({
          key: `${shopper}-${days}-${line}`,
          subject: `s${shopper}`,
          visit: `s${shopper}d${days}`,
          ...{ item, kind: 'purchase', time, quantity: 1, price: 10, origin: 'import' },
        });
      });
    }
  return {
    ...{ items, interactions, now: NOW },
    markets: [{ id: 'gb' as MarketId, currency: 'GBP', language: 'en' }],
  };
}

const kernel = loadKernel({ build: 'js' });
const settings = {
  ...SHOP_SETTINGS,
  deep: undefined,
  embeddings: { ...SHOP_SETTINGS.embeddings, epochs: 1, batch: 300, negatives: 30 },
  ranker: { ...SHOP_SETTINGS.ranker, hidden: [8, 4], listLength: 16, epochs: 1, committee: 1 },
};
const run = (shop: ShopData): Promise<TrainedRelease> =>
  train(shop, { seed: 3, code: 'test', kernel, settings, clock: () => 0 }, { stage() {}, log() {} });
const shipped = ({ parts }: TrainedRelease) =>
  openRelease(new Map(parts.map(({ role, bytes }) => [role, bytes])), 'r' as ReleaseId, kernel).settings
    .fresh;

describe('what new items are ordered by, chosen on validation', () => {
  let looks: TrainedRelease;
  let custom: TrainedRelease;
  let small: TrainedRelease;
  beforeAll(async () => {
    looks = await run(shopOf(byLooks));
    custom = await run(shopOf(byCustom));
    small = await run(shopOf(byLooks, 40));
  }, 60_000);

  it('is likeness where baskets say nothing', () => {
    expect(looks.metrics['validation.fresh.gain']).toBeGreaterThan(
      2 * looks.metrics['validation.fresh.gain.error']!,
    );
    expect(shipped(looks).kin).toBeLessThan(1);
    expect(shipped(looks)).toMatchObject({
      kin: looks.metrics['fresh.kin'],
      likeness: looks.metrics['fresh.likeness'],
    });
  });

  it('is what its kin get where baskets say more than words', () => {
    expect(shipped(custom)).toEqual(SHOP_SETTINGS.funnel.fresh);
    expect(custom.metrics['validation.fresh.ndcg@10']).toBeGreaterThan(0.5);
  });

  it('stays where too little was asked', () => {
    expect(small.metrics).not.toHaveProperty('validation.fresh.ndcg@10');
    expect(shipped(small)).toEqual(SHOP_SETTINGS.funnel.fresh);
  });
});

describe('what is asked about new items', () => {
  it('is of items that the fit has never seen, of who was known, and with the rest of the basket in the cart', async () => {
    const shop = shopOf(
      (_, { newest }) => (newest ? ['lamp-red-13', 'lamp-red-1'] : ['lamp-red-0', 'lamp-red-1']),
      5,
    );
    const { dataset } = await buildDataset(shop.items, shop.interactions, NOW);
    const {
      fresh = [],
      validation,
      whole,
    } = shopPlan(dataset, {
      ...{ seed: 1, window: 0.15, mostDays: 37, cuts: 2, interactionsAQuery: 40 },
      ...{ leastQueries: 100, mostQueries: 100, validationQueries: 100 },
    });
    expect(fresh.map(({ request }) => request.placement).sort()).toEqual([
      ...Array(5).fill('bought-together'),
      ...Array(5).fill('for-you'),
    ]);
    for (const { targets, request, from, to, session, without, shownAs, now } of fresh) {
      expect(targets.map((row) => whole.catalogue.groups[row]!.id)).toEqual(['lamp-red-13']);
      expect(validation.fit.interactions.item).not.toContain(targets[0]);
      const cart = request.placement === 'bought-together';
      expect(request.items).toEqual(cart ? ['lamp-red-1'] : undefined);
      expect(without).toEqual(cart ? targets : undefined);
      expect(shownAs).toBe(cart ? 'cart' : undefined);
      expect(now).toBeGreaterThanOrEqual(whole.interactions.time[cart ? to - 1 : to]!);
      expect([session - from, to - session]).toEqual([6, cart ? 2 : 0]);
    }
  });
});
