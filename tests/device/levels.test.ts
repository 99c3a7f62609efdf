import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { syntheticRelease } from '../../server/training/synthetic.case.ts';
import { decodeShard } from '../../shared/bundle/shard.ts';
import { loadKernel } from '../../shared/kernel/load.ts';
import { forYou, statusOf, troublesOf, view } from './page.case.ts';
import { openTestShop, type TestShop } from './shop.case.ts';

const ITEMS = 4_000;
const SOON = { timeout: 15_000 };

describe('a shop whose release is too heavy for a first slate', () => {
  const release = syntheticRelease({ items: ITEMS, seed: 3, kernel: loadKernel() });
  let shop: TestShop;
  beforeAll(async () => {
    shop = await openTestShop();
    await shop.server.release(release);
  }, 60_000);
  afterAll(() => shop?.stop());

  const mostPopular = (): string[] => {
    const { ids, ...shard } = decodeShard(release.parts.find(({ level }) => level === 'head')!.bytes);
    const popularity = shard.column('popularity');
    const rows = [...popularity.keys()].sort((a, b) => popularity[b]! - popularity[a]!);
    return rows.slice(0, 3).map((row) => ids.idAt(row));
  };

  test('has a head with every list, and a page that goes on to the whole without a trouble', async () => {
    expect(release.head?.items).toBeLessThan(ITEMS);
    const page = await shop.visit(await shop.shopper());
    expect((await forYou(page)).items).toHaveLength(6);
    await expect.poll(async () => (await statusOf(page)).level, SOON).toBe('whole');
    const before = await forYou(page);
    await view(page, ...mostPopular());
    const after = await forYou(page);
    expect(after.status).toBe('personal');
    expect(after.items.map(({ item }) => item)).not.toEqual(before.items.map(({ item }) => item));
    expect(await troublesOf(page)).toEqual([]);
  });

  test('answers a shopper who saves data from the head alone, personally', async () => {
    const context = await shop.shopper();
    // As Chromium says it where the shopper asked for it, to the worker's own script: what runs in a page reaches no worker.
    const saving = `Object.defineProperty(navigator, 'connection', { value: { saveData: true, addEventListener() {}, removeEventListener() {} } });\n`;
    await context.route('**/tacit-worker.js*', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: saving + (await response.text()) });
    });
    const page = await shop.visit(context);
    await view(page, ...mostPopular());
    await expect.poll(async () => (await forYou(page)).status, SOON).toBe('personal');
    expect(await page.evaluate(() => window.tacit.refresh())).toBe(false);
    expect(await statusOf(page)).toMatchObject({ level: 'head' });
    expect(await troublesOf(page)).toEqual([]);
  });
});
