import type { Sha256, SiteId } from './ids.ts';

/** Paths of the server's public interface. */
export const ROUTES = {
  manifest: '/v1/manifest',
  artifacts: '/v1/artifacts',
  events: '/v1/events',
  orders: '/v1/orders',
  candidates: '/v1/candidates',
} as const;

/** @param base URL of the server, no trailing slash */
export const manifestUrl = (base: string, site: SiteId): string =>
  `${base}${ROUTES.manifest}?site=${encodeURIComponent(site)}`;

export const artifactUrl = (base: string, sha256: Sha256): string => `${base}${ROUTES.artifacts}/${sha256}`;

/**
 * Site and write key travel in the query, since a beacon cannot set a header and a header of its own would cost every
 * batch a preflight. The body is an EventBatch as `text/plain` or `application/json`.
 */
export const eventsUrl = (base: string, site: SiteId, writeKey: string): string =>
  `${base}${ROUTES.events}?site=${encodeURIComponent(site)}&key=${encodeURIComponent(writeKey)}`;
