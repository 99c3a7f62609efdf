import { type Strategy, strategyOf } from './offline.ts';
import { OFFLINE_CACHE } from './offline-cache.ts';

/**
 * What a shop's own service worker imports (`importScripts('/tacit/tacit-service-worker.js')`): with storage consent
 * the shop's pages, the SDK, its worker and the bundle survive a reload without a network. Immutable files come from
 * the cache first; pages, scripts and the manifest from the network, with the cache behind it.
 */
interface Waiting extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface FetchEvent extends Waiting {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface ServiceWorkerScope {
  readonly location: Location;
  readonly skipWaiting: () => Promise<void>;
  readonly clients: { claim(): Promise<void> };
  addEventListener(type: 'install' | 'activate', listener: (event: Waiting) => void): void;
  addEventListener(type: 'fetch', listener: (event: FetchEvent) => void): void;
}

const MOST_KEPT = 400;
const scope = globalThis as unknown as ServiceWorkerScope;

scope.addEventListener('install', (event) => event.waitUntil(scope.skipWaiting()));
scope.addEventListener('activate', (event) => event.waitUntil(scope.clients.claim()));
scope.addEventListener('fetch', (event) => {
  const strategy = strategyOf(event.request, scope.location.origin);
  if (strategy !== 'pass') event.respondWith(answer(event, strategy));
});

async function answer(event: FetchEvent, strategy: Strategy): Promise<Response> {
  // A cache that page did not make is never made here: without consent nothing is kept.
  const cache = (await caches.has(OFFLINE_CACHE)) ? await caches.open(OFFLINE_CACHE) : undefined;
  if (cache === undefined) return fetch(event.request);
  // The device asks past every cache (`reload`) for an artefact whose kept copy is damaged: that copy must not answer.
  if (strategy === 'cache-first' && event.request.cache !== 'reload') {
    const kept = await cache.match(event.request);
    if (kept !== undefined) return kept;
  }
  try {
    const fresh = await fetch(event.request);
    if (mayKeep(fresh)) event.waitUntil(keep(cache, event.request, fresh.clone()));
    return fresh;
  } catch (error) {
    const kept = await cache.match(event.request, { ignoreVary: true });
    if (kept !== undefined) return kept;
    throw error;
  }
}

const mayKeep = (response: Response): boolean =>
  response.status === 200 &&
  !response.redirected &&
  !/no-store|private/.test(response.headers.get('cache-control') ?? '');

async function keep(cache: Cache, request: Request, response: Response): Promise<void> {
  // Consent may have gone while the answer came; the handle would write into a cache that nobody sees any more.
  if (!(await caches.has(OFFLINE_CACHE))) return;
  await cache.put(request, response).catch(() => undefined);
  const keys = await cache.keys();
  const surplus = keys.slice(0, Math.max(0, keys.length - MOST_KEPT));
  await Promise.all(surplus.map((key) => cache.delete(key)));
}
