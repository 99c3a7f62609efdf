import { readFileSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findChromium } from '../../scripts/browser.mjs';
import { forYou, view, YES } from './page.case.ts';
import { openTestShop, type TestShop } from './shop.case.ts';

const MB = 2 ** 20;
const SLATES = 10_000;
const SWAPS = 100;
/** Slates after which code is compiled and the heap has its size. */
const WARM = 10_000;
/** What a garbage collector may keep for later without anything having leaked. */
const SLACK = 12 * MB;

interface Held {
  /** the page's objects, bytes */
  readonly heap: number;
  /** the largest renderer's own memory, WebAssembly's and the worker's included, bytes */
  readonly own: number;
}

/** What is held after collectors have run on the page and in its worker. */
async function heldBy(context: BrowserContext, page: Page): Promise<Held> {
  await page.evaluate('globalThis.gc?.()');
  for (const worker of page.workers()) await worker.evaluate('globalThis.gc?.()');
  await page.waitForTimeout(500);
  const { usedSize } = await (await context.newCDPSession(page)).send('Runtime.getHeapUsage');
  const browser = await context.browser()!.newBrowserCDPSession();
  const { processInfo } = await browser.send('SystemInfo.getProcessInfo');
  const renderers = processInfo.filter(({ type }) => type === 'renderer');
  return { heap: usedSize, own: Math.max(...renderers.map(({ id }) => privateBytes(id))) };
}

/** Linux: memory that no other process shares. */
function privateBytes(pid: number): number {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const lines = [...text.matchAll(/^Private_(?:Clean|Dirty):\s+(\d+) kB$/gm)];
  return lines.reduce((sum, [, kB]) => sum + Number(kB) * 1024, 0);
}

describe.skipIf(process.platform !== 'linux')('memory of a tab', () => {
  let shop: TestShop;
  let browser: Browser;
  beforeAll(async () => {
    const found = await findChromium();
    // So that what is measured is what is held, not what a collector has left for later.
    browser = await chromium.launch({
      ...found,
      args: [...(found?.args ?? []), '--js-flags=--expose-gc'],
    });
    shop = await openTestShop();
    await shop.publish(1);
  });
  afterAll(async () => {
    await browser?.close();
    await shop?.stop();
  });

  test(`stays flat through ${SLATES} slates`, async () => {
    const context = await browser.newContext();
    const page = await shop.visit(context);
    await view(page, 'lamps-01', 'lamps-02');
    const ask = (times: number) =>
      page.evaluate(async (count) => {
        for (let i = 0; i < count; i++) await window.tacit.recommend({ placement: 'for-you', limit: 12 });
      }, times);
    await ask(WARM);
    const before = await heldBy(context, page);
    await ask(SLATES);
    const after = await heldBy(context, page);
    expect(after.heap - before.heap).toBeLessThan(MB);
    expect(after.own - before.own).toBeLessThan(SLACK);
    await context.close();
  });

  test(`stays flat through ${SWAPS} releases`, async () => {
    const context = await browser.newContext();
    const page = await shop.visit(context, { consent: YES });
    await forYou(page);
    const swap = async (times: number) => {
      for (let i = 0; i < times; i++) {
        const { release } = await shop.publish(1 + (i % 2));
        await page.evaluate(() => window.tacit.refresh());
        expect((await forYou(page)).release).toBe(release);
      }
    };
    await swap(10);
    const before = await heldBy(context, page);
    await swap(SWAPS);
    const after = await heldBy(context, page);
    expect(after.heap - before.heap).toBeLessThan(MB);
    expect(after.own - before.own).toBeLessThan(SLACK);
    await context.close();
  });
});
