import { mintEventId } from '../../shared/protocol/ids.ts';
import { type EventAck, MOST_EVENTS_PER_BATCH } from '../../shared/protocol/sync.ts';
import type { DeviceStore, Rows } from '../storage/rows.ts';
import { backoff } from './backoff.ts';
import { type Batch, giveUp, nextBatch, pseudonymOf, reopen, settle } from './batch.ts';
import { count, erase } from './outbox.ts';
import { type Address, type Answer, type Parcel, post } from './post.ts';

/** Events of one moment go up together. */
const GATHER = 1_000;
const OTHER_TAB = 5_000;

export interface SenderOptions extends Address {
  store(): DeviceStore;
  /** asked before every batch, inside its transaction: consent may have been withdrawn in another tab */
  permitted(rows: Rows): Promise<boolean>;
  trouble(code: string, message: string): void;
  /** the server's configuration takes no events: nothing more is sent by this device while it runs */
  onServerOff(): void;
}

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
  const { signal } = stopping;
  let failures = 0;
  let most = MOST_EVENTS_PER_BATCH;
  /** a failure is waited out: not even a flush goes before its time */
  let waiting = false;
  let passing: Promise<void> | undefined;
  let cancel: (() => void) | undefined;

  const schedule = (ms: number): void => {
    cancel?.();
    cancel = host.later(ms, () => {
      cancel = undefined;
      waiting = false;
      void flush();
    });
  };

  const wait = (after: number, why: string): void => {
    if (signal.aborted) return;
    options.trouble('sync-later', why);
    waiting = true;
    schedule(backoff(failures, host.uniform(), after));
    failures += 1;
  };

  /** One transaction: after consent is withdrawn neither a batch nor a new pseudonym can come of it. */
  const take = (): Promise<Parcel | null> =>
    options.store().transact(async (rows) => {
      if (!(await options.permitted(rows))) return null;
      const mint = () => mintEventId(host.now(), host.random(10));
      const batch = await nextBatch(rows, host.steady(), { most, mint });
      if (batch === null) return null;
      await count(rows, { requests: 1 });
      return { batch, pseudonym: await pseudonymOf(rows, host.now(), (bytes) => host.random(bytes)) };
    });

  const acknowledged = async (ack: EventAck, bytes: number): Promise<boolean> => {
    if (ack.mode !== 'events') {
      await options.store().transact(erase);
      options.trouble('sync-server-off', `the server takes no events: its mode is ${ack.mode}`);
      options.onServerOff();
      return false;
    }
    await options.store().transact((rows) => settle(rows, ack, bytes));
    most = Math.min(MOST_EVENTS_PER_BATCH, most * 2);
    if (ack.accepted.length + ack.duplicates.length + ack.refused.length > 0) return true;
    // The next pass would be the same as this one.
    wait(0, 'the server acknowledged none of the events');
    return false;
  };

  /** Halved until the one event that cannot be taken stands alone: the others still arrive. */
  const refused = async (batch: Batch, status: number): Promise<boolean> => {
    const alone = batch.rows.length === 1;
    await options.store().transact((rows) => (alone ? giveUp(rows, batch) : reopen(rows)));
    most = Math.max(1, Math.floor(batch.rows.length / 2));
    if (alone) options.trouble('sync-dead', `the server refused one event with ${status}`);
    return true;
  };

  /** @returns whether to go on with the next batch */
  const finish = (batch: Batch, answer: Answer): Promise<boolean> | boolean => {
    if (answer.kind === 'later') {
      wait(answer.after, answer.why);
      return false;
    }
    failures = 0;
    return answer.kind === 'ack' ? acknowledged(answer.ack, answer.bytes) : refused(batch, answer.status);
  };

  const pass = async (): Promise<void> => {
    for (;;) {
      const parcel = await take();
      if (parcel === null || signal.aborted) return;
      const answer = await post(options, parcel, signal);
      if (signal.aborted || !(await finish(parcel.batch, answer))) return;
    }
  };

  const flush = async (): Promise<void> => {
    if (waiting || signal.aborted) return;
    passing ??= host
      .exclusively(`tacit-sync:${options.site}`, pass)
      .then((ran) => {
        // Another tab sends. What came after its last look is ours to bring, a little later.
        if (!ran && !signal.aborted) schedule(OTHER_TAB);
      })
      .catch((error: unknown) => wait(0, `sending failed: ${String(error)}`))
      .finally(() => {
        passing = undefined;
      });
    await passing;
  };

  return {
    kick() {
      // What is scheduled stays scheduled: events that keep coming must not put it off for ever.
      if (cancel === undefined && !signal.aborted) schedule(GATHER);
    },
    flush,
    stop() {
      cancel?.();
      stopping.abort();
    },
  };
}
