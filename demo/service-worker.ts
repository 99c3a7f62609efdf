// The shop's own service worker. Tacit's snippet keeps pages, SDK and release; the shop adds its own product data.

/** The parts of ServiceWorkerGlobalScope that are used: a page's types know none of them. */
interface FetchEvent extends Event {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface Scope {
  importScripts(url: string): void;
  addEventListener(type: 'fetch', listener: (event: FetchEvent) => void): void;
}

const scope = globalThis as unknown as Scope;
const SHOP_DATA = '/shop/';

scope.importScripts('/tacit/tacit-service-worker.js');

scope.addEventListener('fetch', (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (origin === location.origin && pathname.startsWith(SHOP_DATA)) event.respondWith(data(event.request));
});

/** From the network; without one, as it was seen last. The cache is the page's: it makes and deletes it. */
async function data(request: Request): Promise<Response> {
  const kept = (await caches.has('shop-data')) ? await caches.open('shop-data') : undefined;
  try {
    const fresh = await fetch(request);
    if (fresh.ok) await kept?.put(request, fresh.clone());
    return fresh;
  } catch (error) {
    const known = await kept?.match(request);
    if (known !== undefined) return known;
    throw error;
  }
}
