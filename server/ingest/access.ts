import type { Request, RequestHandler } from 'express';
import * as v from 'valibot';
import { SiteId } from '../../shared/protocol/ids.ts';
import { Problem } from '../problem.ts';
import type { Store } from '../store/contract.ts';

/** The site that a request names in its query. */
export function siteOf(request: Request): SiteId {
  const named = v.safeParse(SiteId, request.query['site']);
  if (named.success) return named.output;
  throw new Problem(400, 'bad-site', 'expected ?site= with a-z, 0-9 and -');
}

/** A key that opens nothing of this site is refused without a word on which part was wrong. */
export function requireKey(
  store: Store,
  site: SiteId,
  given: { kind: 'write' | 'admin'; key: unknown },
): void {
  const { kind, key } = given;
  if (typeof key !== 'string' || key === '') throw new Problem(401, 'no-key', `expected the ${kind} key`);
  if (key.length > 512 || !store.keys.matches(site, kind, key))
    throw new Problem(403, 'bad-key', `this ${kind} key is not valid here`);
}

export function bearer(request: Request): string | undefined {
  const [scheme, token] = (request.headers.authorization ?? '').split(' ');
  return scheme?.toLowerCase() === 'bearer' ? token : undefined;
}

/** Global Privacy Control or Do Not Track: the shopper said no, whatever the shop configured. */
export const refusesTracking = (request: Request): boolean =>
  request.headers['sec-gpc'] === '1' || request.headers['dnt'] === '1';

/**
 * A browser says where a page came from, and a page of another shop has no business here. CORS alone would not stop a
 * beacon, which needs no answer.
 */
export function requireOrigin(allowed: readonly string[]): RequestHandler {
  return (request, _response, next) => {
    const { origin, host } = request.headers;
    if (origin !== undefined && !allowed.includes(origin) && !isOwn(origin, host))
      throw new Problem(403, 'bad-origin', 'pages of this origin may not send here');
    next();
  };
}

function isOwn(origin: string, host: string | undefined): boolean {
  try {
    return host !== undefined && new URL(origin).host === host;
  } catch {
    return false;
  }
}
