import type { BrowserContext, Page } from 'playwright';

/** Everything that a browser could have kept for an origin. */
export async function keptBy(page: Page, context: BrowserContext): Promise<Record<string, unknown>> {
  const inPage = await page.evaluate(async () => {
    const files: string[] = [];
    try {
      const folder = await navigator.storage.getDirectory();
      for await (const name of folder.keys()) files.push(name);
    } catch {
      files.push();
    }
    return {
      databases: (await indexedDB.databases()).map(({ name }) => name),
      localStorage: Object.keys(localStorage),
      sessionStorage: Object.keys(sessionStorage),
      cookie: document.cookie,
      caches: await caches.keys(),
      files,
      serviceWorkers: (await navigator.serviceWorker.getRegistrations()).map(({ scope }) => scope),
    };
  });
  return { ...inPage, cookies: await context.cookies() };
}

export const NOTHING_KEPT = {
  databases: [],
  localStorage: [],
  sessionStorage: [],
  cookie: '',
  caches: [],
  files: [],
  serviceWorkers: [],
  cookies: [],
};
