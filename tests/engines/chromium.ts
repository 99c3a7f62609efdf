import { chromium } from 'playwright';
import { findChromium } from '../../scripts/browser.mjs';
import type { BrowserEngine } from './tab.ts';

/** Chromium through Playwright; undefined where none is installed. */
export async function openChromium(): Promise<BrowserEngine | undefined> {
  const found = await findChromium();
  if (found === undefined) return undefined;
  const browser = await chromium.launch(found);
  return {
    name: 'Chromium',
    async open() {
      const context = await browser.newContext();
      const page = await context.newPage();
      return {
        goto: async (url) => void (await page.goto(url)),
        evaluate: <T>(body: string) => page.evaluate<T>(`(async () => {${body}})()`),
        close: () => context.close(),
      };
    },
    close: () => browser.close(),
  };
}
