import * as v from 'valibot';
import type { SiteId } from '../../shared/protocol/ids.ts';
import { eventsUrl } from '../../shared/protocol/routes.ts';
import { EventAck, type EventBatch, type Pseudonym } from '../../shared/protocol/sync.ts';
import { PROTOCOL_VERSION } from '../../shared/protocol/version.ts';
import type { Host } from '../host.ts';
import { retryAfterOf } from './backoff.ts';
import type { Batch } from './batch.ts';

const ANSWER_DEADLINE = 15_000;
/** Browsers refuse a keepalive body from 64 KiB on, all of a page's together. */
const MOST_KEEPALIVE_BYTES = 60_000;

/** A batch and under whose name it goes. */
export interface Parcel {
  readonly batch: Batch;
  readonly pseudonym: Pseudonym;
}

export interface Address {
  readonly site: SiteId;
  readonly url: string;
  readonly writeKey: string;
  readonly host: Host;
}

export type Answer =
  | { readonly kind: 'ack'; readonly ack: EventAck; readonly bytes: number }
  /** try again, not before `after` ms */
  | { readonly kind: 'later'; readonly after: number; readonly why: string }
  /** the server cannot take it, whatever is tried */
  | { readonly kind: 'never'; readonly status: number };

/** Sends one batch. Never rejects: whatever goes wrong is an answer. @param stopped ends it at once */
export async function post(to: Address, parcel: Parcel, stopped: AbortSignal): Promise<Answer> {
  const { host } = to;
  const body = JSON.stringify(wireOf(host, parcel));
  const bytes = new TextEncoder().encode(body).length;
  const limit = new AbortController();
  const end = (): void => limit.abort();
  stopped.addEventListener('abort', end);
  if (stopped.aborted) end();
  const cancel = host.later(ANSWER_DEADLINE, end);
  try {
    const response = await host.fetch(eventsUrl(to.url, to.site, to.writeKey), {
      method: 'POST',
      body,
      // A plain type needs no preflight: one request a batch, and none more while the page is being left.
      headers: { 'content-type': 'text/plain;charset=UTF-8' },
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      cache: 'no-store',
      redirect: 'error',
      keepalive: bytes <= MOST_KEEPALIVE_BYTES,
      signal: limit.signal,
    });
    return await answerOf(response, host.now(), bytes);
  } catch (error) {
    return { kind: 'later', after: 0, why: `no answer from ${to.url}: ${String(error)}` };
  } finally {
    cancel();
    stopped.removeEventListener('abort', end);
  }
}

function wireOf(host: Host, { batch, pseudonym }: Parcel): EventBatch {
  const steady = host.steady();
  return {
    protocol: PROTOCOL_VERSION,
    batch_id: batch.id,
    pseudonym,
    sent_at: host.now(),
    events: batch.rows.map((row) => ({ ...row.event, age_ms: Math.max(0, steady - row.steady) })),
  };
}

async function answerOf(response: Response, now: number, bytes: number): Promise<Answer> {
  const { status } = response;
  if (status === 400 || status === 413 || status === 422) return { kind: 'never', status };
  if (!response.ok)
    return {
      kind: 'later',
      after: retryAfterOf(response.headers.get('retry-after'), now),
      why: `the server answered ${status}`,
    };
  const parsed = v.safeParse(EventAck, await response.json());
  return parsed.success
    ? { kind: 'ack', ack: parsed.output, bytes }
    : { kind: 'later', after: 0, why: 'the answer is no acknowledgement' };
}
