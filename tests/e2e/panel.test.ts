import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Installation, install } from './installation.ts';
import { cardsOf, comeTo, drawn, itemsOf, openFirstCards, type Visitor } from './visitor.ts';

interface Exported {
  readonly profile: { readonly interactions: readonly { readonly item: string; readonly kind: string }[] };
}

describe('the panel of the demo shop', () => {
  let shop: Installation;
  let visitor: Visitor;

  beforeAll(async () => {
    shop = await install({ from: inject('trainedHome'), serverMode: 'events', shopMode: 'events' });
    visitor = await comeTo(shop.url);
    await visitor.visit('/');
    await visitor.accept();
  });
  afterAll(async () => {
    await visitor?.close();
    await shop?.close();
  });

  const open = async () => {
    const panel = visitor.page.locator('.panel');
    if (!(await panel.isVisible()))
      await visitor.page.getByRole('button', { name: 'Privacy and recommendations' }).click();
    await panel.locator('table').waitFor();
    return panel;
  };
  const fact = async (name: string): Promise<string> =>
    (await (await open()).locator('dt', { hasText: name }).locator('+ dd').textContent()) ?? '';
  const exported = async (): Promise<Exported> => {
    const panel = await open();
    const [download] = await Promise.all([
      visitor.page.waitForEvent('download'),
      panel.getByRole('button', { name: 'Export my data' }).click(),
    ]);
    return JSON.parse(readFileSync(await download.path(), 'utf8')) as Exported;
  };

  it('is not needed to see that something is wrong: a shelf that stays empty says why', async () => {
    const newcomer = await comeTo(shop.url);
    await newcomer.context.route('**/v1/artifacts/**', (route) => route.fulfill({ body: 'no shard' }));
    await newcomer.visit('/');
    const shelf = newcomer.page.locator('.shelf[data-placement="trending"]');
    await expect.poll(() => shelf.textContent(), { timeout: 20_000 }).toMatch(/No recommendations.*part-/);
    await newcomer.close();
  });

  it('says how long each stage took, which release serves, and what is kept', async () => {
    await openFirstCards(visitor, 'trending', 2);
    await visitor.visit('/');
    const panel = await open();
    // The panel can be opened before this page's first slate is computed; until then it has no stages to show.
    await expect
      .poll(() => panel.locator('tbody th').allTextContents(), { timeout: 20_000 })
      .toEqual(expect.arrayContaining(['session', 'retrieval', 'features', 'ranking', 'reranking', 'total']));
    const release = await visitor.page.locator('.shelf').first().getAttribute('data-release');
    expect(await fact('Release')).toBe(release);
    expect(await fact('Kept in')).toContain('IndexedDB');
    expect(Number(await fact('Views, carts'))).toBeGreaterThan(1);
    await expect.poll(() => fact('Sent so far'), { timeout: 30_000 }).toMatch(/^\d+ events? in \d+ request/);
  });

  it('hands out what the device knows, and makes it forget', async () => {
    const [viewed = ''] = await openFirstCards(visitor, 'trending', 1);
    await visitor.visit('/');
    const before = await exported();
    expect(before.profile.interactions).toContainEqual(
      expect.objectContaining({ item: viewed, kind: 'view' }),
    );

    await (await open()).getByRole('button', { name: 'Forget me' }).click();
    await expect.poll(() => itemsOf(visitor.page, 'recently-viewed'), { timeout: 20_000 }).toEqual([]);
    expect((await exported()).profile.interactions).toEqual([]);
    await visitor.visit('/');
    expect((await cardsOf(visitor.page, 'for-you')).every(({ carrier }) => carrier === null)).toBe(true);
  });

  it('keeps a button under the finger and the focus while its facts change', async () => {
    await visitor.visit('/');
    const button = (await open()).getByRole('button', { name: 'Export my data' });
    await button.focus();
    const waiting = await fact('Views, carts');
    await visitor.page.evaluate(() => document.dispatchEvent(new CustomEvent('shelf')));
    await visitor.page.waitForTimeout(2500);
    expect(await fact('Views, carts')).toBe(waiting);
    expect(await visitor.page.evaluate(() => document.activeElement?.textContent)).toBe('Export my data');
  });

  it('draws the shelves anew when the shopper comes back with the back button', async () => {
    await visitor.visit('/');
    const before = await itemsOf(visitor.page, 'for-you');
    await visitor.page.locator('.shelf[data-placement="trending"] .card-link').first().click();
    await visitor.page.waitForURL('**/product/**');
    await drawn(visitor.page);
    await visitor.page.goBack();
    await drawn(visitor.page);
    await expect.poll(() => itemsOf(visitor.page, 'for-you'), { timeout: 20_000 }).not.toEqual(before);
    expect(visitor.complaints).toEqual([]);
  });
});
