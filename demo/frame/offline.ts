import { choice } from '../shop/consent.ts';

const SCRIPT = '/service-worker.js';

/** With consent, the shop's service worker keeps the pages that were seen, so that they open without a network. */
export function offlineReady(): void {
  if (choice() !== 'granted' || !('serviceWorker' in navigator)) return;
  // A page is complete without it: a browser that refuses a service worker just stays online.
  navigator.serviceWorker.register(SCRIPT).catch(() => undefined);
}

/** Consent was taken back: the service worker goes, and with it everything that it kept. */
export async function offlineOver(): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  const registrations = await navigator.serviceWorker.getRegistrations();
  await Promise.all(registrations.map((registration) => registration.unregister()));
  const names = await caches.keys();
  await Promise.all(names.map((name) => caches.delete(name)));
}
