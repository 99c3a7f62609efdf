const FIRST_WAIT = 1_000;
export const LONGEST_WAIT = 300_000;
/** A server may ask for more patience than we would have, but not for a day. */
export const LONGEST_RETRY_AFTER = 3_600_000;

/**
 * Exponential backoff with full jitter: uniform in [0, min(longest, first * 2^attempt)], so that devices that failed
 * together do not come back together (Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015).
 * @param attempt failures in a row before this wait, from 0
 * @param random uniform in [0, 1)
 * @param retryAfter ms that the server asked for; never undercut
 */
export function backoff(attempt: number, random: number, retryAfter = 0): number {
  const ceiling = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.min(attempt, 30));
  return Math.max(random * ceiling, Math.min(retryAfter, LONGEST_RETRY_AFTER));
}

/** `Retry-After` in ms: seconds or an HTTP date (RFC 9110, 10.2.3); 0 where there is none or it makes no sense. */
export function retryAfterOf(header: string | null, now: number): number {
  if (header === null) return 0;
  const trimmed = header.trim();
  if (/^\d+$/.test(trimmed)) return Number(trimmed) * 1000;
  const date = Date.parse(trimmed);
  return Number.isNaN(date) ? 0 : Math.max(0, date - now);
}
