import { launch } from 'puppeteer-core';
import { findFirefox } from '../../scripts/browser.mjs';
import type { BrowserEngine } from './tab.ts';

/** Firefox as distributions ship it, by WebDriver BiDi: Playwright drives a patched build alone. */
export async function openFirefox(): Promise<BrowserEngine | undefined> {
  const executablePath = findFirefox();
  if (executablePath === undefined) return undefined;
  const browser = await launch({ browser: 'firefox', executablePath, headless: true, timeout: 60_000 });
  return {
    name: 'Firefox',
    async open() {
      const context = await browser.createBrowserContext();
      const page = await context.newPage();
      return {
        goto: async (url) => void (await page.goto(url)),
        evaluate: <T>(body: string) => page.evaluate(`(async () => {${body}})()`) as Promise<T>,
        close: () => context.close(),
      };
    },
    close: () => browser.close(),
  };
}
