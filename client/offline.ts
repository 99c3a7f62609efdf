/** How a request is answered; `pass`: as if no service worker were there. */
export type Strategy = 'cache-first' | 'network-first' | 'pass';

export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly mode: string;
  readonly destination: string;
}

/** @param origin of the service worker */
export function strategyOf(request: Asked, origin: string): Strategy {
  const url = new URL(request.url);
  if (request.method !== 'GET' || !/^https?:$/.test(url.protocol)) return 'pass';
  if (/\/v1\/artifacts\/[0-9a-f]{64}$/.test(url.pathname)) return 'cache-first';
  if (url.pathname.endsWith('/v1/manifest')) return 'network-first';
  // Whatever else the server answers is about now: events above all, which are never kept.
  if (/\/v1\//.test(url.pathname) || url.origin !== origin) return 'pass';
  const drawn = ['script', 'worker', 'style', 'image', 'font', 'manifest'];
  return request.mode === 'navigate' || drawn.includes(request.destination) ? 'network-first' : 'pass';
}

/**
 * Consent came: from now on pages are kept. This page's own files were loaded before the cache was there, so they are
 * put in now, out of the HTTP cache where they still are.
 * @param into the cache's name
 * @param allowed whether consent still stands when it has come
 */
export async function keepOffline(into: string, allowed: () => boolean): Promise<void> {
  try {
    if (!allowed()) return;
    const cache = await caches.open(into);
    const files = performance.getEntriesByType('resource').map(({ name }) => name);
    const mine = [location.href, ...files].filter((url) => new URL(url).origin === location.origin);
    const wanted = mine.filter((url) => !new URL(url).pathname.includes('/v1/'));
    await Promise.allSettled([...new Set(wanted)].map((url) => cache.add(url)));
    await Promise.allSettled(wanted.filter(isWorker).map((url) => keepParts(cache, url)));
    if (!allowed()) await caches.delete(into);
  } catch {
    // No Cache Storage here (an insecure origin, a private mode): the page works, but not offline.
  }
}

const isWorker = (url: string): boolean => new URL(url).pathname.endsWith('tacit-worker.js');
const PARTS = /tacit-(?:main|relaxed|simd|kernel|disk|sender|evidence)[\w.]*-[\w-]{8}\.js/g;

/**
 * What the worker loads is on no page's list; which kernel this browser runs, and what else it needs, only the worker knows.
 * Parts name one another, so each is followed once.
 */
async function keepParts(cache: Cache, worker: string): Promise<void> {
  const found = new Set([worker]);
  for (const file of found) {
    const text = (await (await cache.match(file))?.text()) ?? '';
    const named = (text.match(PARTS) ?? []).map((part) => new URL(part, worker).href);
    const fresh = named.filter((part) => !found.has(part));
    await Promise.all(fresh.map((part) => cache.add(part)));
    for (const part of fresh) found.add(part);
  }
}
