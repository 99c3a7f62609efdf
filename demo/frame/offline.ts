import { choice } from '../shop/consent.ts';

const SCRIPT = '/service-worker.js';
/** Product data that was seen; the service worker writes only while it exists. */
const SHOP_DATA = 'shop-data';

/** With consent, the shop's service worker keeps what was seen, so that it opens without a network. */
export async function offlineReady(): Promise<void> {
  if (choice() !== 'granted' || !('serviceWorker' in navigator)) return;
  try {
    await navigator.serviceWorker.register(SCRIPT);
    const kept = await caches.open(SHOP_DATA);
    await Promise.all(seenData().map((url) => kept.add(url)));
  } catch {
    // A page is complete without it: a browser that refuses just stays online.
  }
}

/** What this page loaded before its service worker was there. */
function seenData(): readonly string[] {
  const files = performance.getEntriesByType('resource').map(({ name }) => new URL(name));
  return files
    .filter(({ origin, pathname }) => origin === location.origin && pathname.startsWith('/shop/'))
    .map(({ href }) => href);
}

/** Consent was taken back: the service worker goes, and with it everything that it kept. */
export async function offlineOver(): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  const registrations = await navigator.serviceWorker.getRegistrations();
  await Promise.all(registrations.map((registration) => registration.unregister()));
  await caches.delete(SHOP_DATA);
}
