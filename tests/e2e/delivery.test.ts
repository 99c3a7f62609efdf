import { join } from 'node:path';
import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { openStore } from '../../server/store/store.ts';
import { EventBatch } from '../../shared/protocol/sync.ts';
import { type Installation, install, SITE } from './installation.ts';
import { comeTo, openFirstCards, type Visitor } from './visitor.ts';
import { type Crossing, openWire, type Wire } from './wire.ts';

const isBatch = ({ method, path }: Crossing): boolean => method === 'POST' && path.startsWith('/v1/events');
const batchOf = ({ body }: Crossing): EventBatch => v.parse(EventBatch, JSON.parse(body));

/** What a home's store holds beyond its import. */
function stored(home: string): { events: number; views: string[]; purchases: string[] } {
  const store = openStore(join(home, 'tacit.db'));
  try {
    const fromEvents = [...store.interactions.all(SITE as never)].filter(({ origin }) => origin === 'event');
    const named = (kind: string) => fromEvents.filter((row) => row.kind === kind).map(({ item }) => item);
    return {
      events: store.events.count(SITE as never),
      views: named('view').toSorted(),
      purchases: named('purchase').toSorted(),
    };
  } finally {
    store.close();
  }
}

describe('the events of a visit', () => {
  let shop: Installation;
  let wire: Wire;
  let visitor: Visitor;

  beforeEach(async () => {
    shop = await install({ from: inject('trainedHome'), serverMode: 'events', shopMode: 'events' });
    wire = await openWire(shop.url);
    visitor = await comeTo(wire.url);
  });
  afterEach(async () => {
    await visitor?.close();
    await wire?.close();
    await shop?.close();
  });

  const batches = () => wire.crossings.filter(isBatch);
  const sentIds = () =>
    new Set(batches().flatMap((one) => batchOf(one).events.map(({ event_id }) => event_id)));
  /** Nothing waits any more: the device says so itself, in the shop's panel. */
  const settled = async () => {
    const { page } = visitor;
    if (!(await page.locator('.panel').isVisible()))
      await page.getByRole('button', { name: 'Privacy and recommendations' }).click();
    const waiting = page.locator('.panel dt', { hasText: 'Events waiting' }).locator('+ dd');
    await expect.poll(() => waiting.textContent(), { timeout: 60_000 }).toBe('0');
  };

  it('reach the store once each though the answer to the first batch was lost on its way', async () => {
    let dropped: Crossing | undefined;
    wire.judge((crossing) => {
      if (!isBatch(crossing) || dropped !== undefined) return 'pass';
      dropped = crossing;
      return 'drop-answer';
    });
    await visitor.visit('/');
    await visitor.accept();
    const viewed = await openFirstCards(visitor, 'trending', 3);
    await visitor.page.getByRole('button', { name: 'Add to cart' }).click();
    await visitor.visit('/cart');
    await visitor.page.getByRole('button', { name: 'Check out' }).click();
    await settled();

    expect(dropped).toBeDefined();
    const lost = batchOf(dropped as Crossing).events.map(({ event_id }) => event_id);
    const later = batches().filter((one) => one !== dropped && one.status === 200);
    const again = new Set(later.flatMap((one) => batchOf(one).events.map(({ event_id }) => event_id)));
    for (const id of lost) expect(again.has(id)).toBe(true);

    const kept = stored(shop.home);
    expect(kept.events).toBe(sentIds().size);
    expect(kept.views).toEqual(viewed.toSorted());
    expect(kept.purchases).toEqual([viewed.at(-1)]);
  });

  it('carry the slate that a click came from, through cart and purchase', async () => {
    await visitor.visit('/');
    await visitor.accept();
    await visitor.visit('/');
    const shelf = visitor.page.locator('.shelf[data-placement="trending"]');
    const release = await shelf.getAttribute('data-release');
    const [viewed] = await openFirstCards(visitor, 'trending', 1);
    await visitor.page.getByRole('button', { name: 'Add to cart' }).click();
    await visitor.visit('/cart');
    await visitor.page.getByRole('button', { name: 'Check out' }).click();
    await settled();

    const events = batches().flatMap((one) => batchOf(one).events);
    const clicked = events.find(({ name }) => name === 'select_item');
    expect(clicked?.items.map(({ item_id }) => item_id)).toEqual([viewed]);
    expect(clicked?.rec).toMatchObject({ placement: 'trending', position: 0, propensity: 1, release });
    for (const name of ['view_item', 'add_to_cart', 'purchase']) {
      const event = events.find((one) => one.name === name);
      expect(event?.rec?.rec_id, name).toBe(clicked?.rec?.rec_id);
      expect(event?.items.map(({ item_id }) => item_id)).toEqual([viewed]);
    }
    const exposure = events.find(
      ({ name, rec }) => name === 'rec_exposure' && rec?.rec_id === clicked?.rec?.rec_id,
    );
    expect(exposure?.items.length).toBeGreaterThan(5);
  });

  it('count as impressions only where half a card was in view for a second', async () => {
    await visitor.visit('/');
    await visitor.accept();
    await visitor.visit('/');
    const inView = await visitor.page.locator('.shelf[data-placement="for-you"] .card').evaluateAll((cards) =>
      cards
        .filter((card) => {
          const { left, right, top, bottom, width, height } = card.getBoundingClientRect();
          const wide = Math.max(0, Math.min(right, innerWidth) - Math.max(left, 0));
          const high = Math.max(0, Math.min(bottom, innerHeight) - Math.max(top, 0));
          return wide * high >= (width * height) / 2;
        })
        .map((card) => card.getAttribute('data-position')),
    );
    const impressions = () =>
      batches()
        .flatMap((one) => batchOf(one).events)
        .filter(({ name, rec }) => name === 'rec_impression' && rec?.placement === 'for-you');
    await expect.poll(() => impressions().length, { timeout: 30_000 }).toBe(inView.length);
    const positions = impressions().map(({ rec }) => String(rec?.position));
    expect(positions.toSorted()).toEqual(inView.toSorted());
  });
});
