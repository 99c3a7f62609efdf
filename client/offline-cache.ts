/**
 * Offline, agreed between page and service worker by one cache: it exists only while storage consent does. The page
 * makes and deletes it, the service worker writes only where it finds it.
 */
export const OFFLINE_CACHE = 'tacit-offline';
