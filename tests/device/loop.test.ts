import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Recommendations, Tacit } from '../../client/contract.ts';
import { openTestShop, type TestShop } from './shop.case.ts';

declare global {
  interface Window {
    tacit: Tacit;
    troubles: { code: string; message: string }[];
  }
}

const forYou = (page: Page, limit = 6): Promise<Recommendations> =>
  page.evaluate((most) => window.tacit.recommend({ placement: 'for-you', limit: most }), limit);
const view = (page: Page, item: string): Promise<void> =>
  page.evaluate((id) => window.tacit.track({ name: 'view_item', items: [{ item_id: id }] }), item);

describe('a page with the SDK as it ships, against the real server', () => {
  let shop: TestShop;
  beforeAll(async () => {
    shop = await openTestShop();
    await shop.publish(1);
  });
  afterAll(() => shop?.stop());

  test('views change what is recommended, and the reason names the view', async () => {
    const page = await shop.visit(await shop.shopper());
    const before = await forYou(page);
    expect(before).toMatchObject({ status: 'popular', cause: 'no-history' });
    for (const item of ['lamps-01', 'lamps-02', 'lamps-03']) await view(page, item);
    const after = await forYou(page);
    expect(await page.evaluate(() => window.troubles)).toEqual([]);
    expect(after).toMatchObject({ status: 'personal', cause: 'ok' });
    expect(after.items[0]?.item).toMatch(/^lamps-/);
    expect(after.items[0]?.reason).toMatchObject({ kind: 'viewed' });
    expect(after.items[0]?.card?.title).toBe(`${after.items[0]?.item} of edition 1`);
  });
});
