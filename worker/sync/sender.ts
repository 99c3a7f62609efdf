import * as v from 'valibot';
import { type EventId, mintEventId, type SiteId } from '../../shared/protocol/ids.ts';
import { eventsUrl } from '../../shared/protocol/routes.ts';
import {
  EventAck,
  type EventBatch,
  MOST_EVENTS_PER_BATCH,
  type Pseudonym,
} from '../../shared/protocol/sync.ts';
import { PROTOCOL_VERSION } from '../../shared/protocol/version.ts';
import type { Host } from '../host.ts';
import type { DeviceStore, Rows } from '../storage/rows.ts';
import { backoff, retryAfterOf } from './backoff.ts';
import { type Batch, count, erase, giveUp, nextBatch, pseudonymOf, reopen, settle } from './outbox.ts';

const ANSWER_DEADLINE = 15_000;
/** Browsers refuse a keepalive body from 64 KiB on, all of a page's together. */
const MOST_KEEPALIVE_BYTES = 60_000;
/** Events of one moment go up together. */
export const GATHER = 1_000;
const OTHER_TAB = 5_000;

export interface SenderOptions {
  readonly site: SiteId;
  readonly url: string;
  readonly writeKey: string;
  readonly host: Host;
  store(): DeviceStore;
  /** asked before every batch, inside its transaction: consent may have been withdrawn in another tab */
  permitted(rows: Rows): Promise<boolean>;
  trouble(code: string, message: string): void;
  /** the server's configuration takes no events: nothing more is sent by this device while it runs */
  onServerOff(): void;
}

interface Parcel {
  readonly batch: Batch;
  readonly pseudonym: Pseudonym;
}

type Answer =
  | { readonly kind: 'ack'; readonly ack: EventAck; readonly bytes: number }
  | { readonly kind: 'later'; readonly after: number; readonly why: string }
  | { readonly kind: 'never'; readonly status: number };

export interface Sender {
  /** something waits: send it soon, or when the present wait is over */
  kick(): void;
  /** sends now, unless a wait after a failure is running */
  flush(): Promise<void>;
  /** ends what is under way; nothing is sent afterwards */
  stop(): void;
}

/** Empties the outbox batch by batch. One tab at a time sends, under a Web Lock that lasts one pass. */
export function createSender(options: SenderOptions): Sender {
  const { host } = options;
  const stopping = new AbortController();
  let failures = 0;
  let most = MOST_EVENTS_PER_BATCH;
  let waiting = false;
  let passing: Promise<void> | undefined;
  let cancel = (): void => undefined;

  const schedule = (ms: number): void => {
    cancel();
    cancel = host.later(ms, () => {
      waiting = false;
      void flush();
    });
  };

  const wait = (after: number, why: string): void => {
    options.trouble('sync-later', why);
    waiting = true;
    schedule(backoff(failures, host.uniform(), after));
    failures += 1;
  };

  /** One transaction: after consent is withdrawn neither a batch nor a new pseudonym can come of it. */
  const take = (): Promise<Parcel | null> =>
    options.store().transact(async (rows) => {
      if (!(await options.permitted(rows))) return null;
      const batch = await nextBatch(rows, host.steady(), { most, mint: () => mintId(host) });
      if (batch === null) return null;
      await count(rows, { requests: 1 });
      return { batch, pseudonym: await pseudonymOf(rows, host.now(), (bytes) => host.random(bytes)) };
    });

  /** @returns whether to go on with the next batch */
  const finish = async (batch: Batch, answer: Answer): Promise<boolean> => {
    if (answer.kind === 'later') {
      wait(answer.after, answer.why);
      return false;
    }
    failures = 0;
    if (answer.kind === 'ack' && answer.ack.mode !== 'events') {
      await options.store().transact(erase);
      options.trouble('sync-server-off', `the server takes no events: its mode is ${answer.ack.mode}`);
      options.onServerOff();
      return false;
    }
    await options.store().transact(async (rows) => {
      if (answer.kind === 'ack') return settle(rows, answer.ack, answer.bytes);
      return batch.rows.length > 1 ? reopen(rows) : giveUp(rows, batch);
    });
    if (answer.kind === 'never') {
      // Halved until the one event that cannot be taken stands alone: the others still arrive.
      most = Math.max(1, Math.floor(batch.rows.length / 2));
      if (batch.rows.length === 1)
        options.trouble('sync-dead', `the server refused one event with ${answer.status}`);
    } else {
      most = Math.min(MOST_EVENTS_PER_BATCH, most * 2);
      // Acknowledging nothing would make the next pass the same as this one.
      if (acknowledged(answer.ack) === 0) {
        wait(0, 'the server acknowledged none of the events');
        return false;
      }
    }
    return true;
  };

  const pass = async (): Promise<void> => {
    for (;;) {
      if (stopping.signal.aborted) return;
      const parcel = await take();
      if (parcel === null || stopping.signal.aborted) return;
      const answer = await send(options, parcel, stopping.signal);
      if (stopping.signal.aborted || !(await finish(parcel.batch, answer))) return;
    }
  };

  const flush = async (): Promise<void> => {
    if (waiting || stopping.signal.aborted) return;
    passing ??= host
      .exclusively(`tacit-sync:${options.site}`, pass)
      .then((ran) => {
        // Another tab sends. What came after its last look is ours to bring, a little later.
        if (!ran && !stopping.signal.aborted) schedule(OTHER_TAB);
      })
      .catch((error: unknown) => wait(0, `sending failed: ${String(error)}`))
      .finally(() => {
        passing = undefined;
      });
    await passing;
  };

  return {
    kick() {
      if (!waiting && !stopping.signal.aborted) schedule(GATHER);
    },
    flush,
    stop() {
      cancel();
      stopping.abort();
    },
  };
}

const mintId = (host: Host): EventId => mintEventId(host.now(), host.random(10));

const acknowledged = (ack: EventAck): number =>
  ack.accepted.length + ack.duplicates.length + ack.refused.length;

async function send(options: SenderOptions, parcel: Parcel, stopped: AbortSignal): Promise<Answer> {
  const { host } = options;
  const body = JSON.stringify(wireOf(host, parcel));
  const bytes = new TextEncoder().encode(body).length;
  const limit = new AbortController();
  const onStop = (): void => limit.abort();
  stopped.addEventListener('abort', onStop);
  if (stopped.aborted) limit.abort();
  const cancel = host.later(ANSWER_DEADLINE, () => limit.abort());
  try {
    const response = await host.fetch(eventsUrl(options.url, options.site, options.writeKey), {
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
    return { kind: 'later', after: 0, why: `no answer from ${options.url}: ${String(error)}` };
  } finally {
    cancel();
    stopped.removeEventListener('abort', onStop);
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
