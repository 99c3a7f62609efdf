import { type Consent, NO_CONSENT } from '../shared/protocol/consent.ts';
import type { CapturedEvent, DeviceNotice, DeviceOptions } from '../shared/protocol/device.ts';
import { mintUuid } from '../shared/protocol/ids.ts';
import { captureEvent } from './capture.ts';
import { type Connection, connect } from './connection.ts';
import type { Tacit, TacitEventName, TacitListener } from './contract.ts';
import { randomBytes } from './inert.ts';
import { createLastSlates } from './last-slates.ts';
import { keepOffline, loseOffline } from './offline.ts';
import { type CheckedOptions, consentOf } from './options.ts';
import { createPageStore } from './page-store.ts';
import { createRecommend } from './recommend.ts';
import { refusedByBrowser } from './refusal.ts';
import { openTabs } from './tabs.ts';
import { createTail } from './tail.ts';
import type { Troubles } from './troubles.ts';
import { createVisit } from './visit.ts';
import { startWorker } from './worker-start.ts';

/** Wires one page: what it keeps, its worker, its other tabs. */
export function openPage(options: CheckedOptions, troubles: Troubles): Tacit {
  const mint = (): string => mintUuid(Date.now(), randomBytes());
  const steady = (): number => performance.timeOrigin + performance.now();
  const refused = refusedByBrowser();
  const mode = refused ? 'off' : (options.privacy.mode ?? 'off');
  const listeners = new Map<TacitEventName, Set<TacitListener>>();
  const store = createPageStore(options.site);
  const tail = createTail(store, mint());
  const visit = createVisit(store, mint);
  const slates = createLastSlates(store);
  const attributes: Record<string, string> = {};
  /** this page's events: a worker that crashed before consent lost them */
  let journal: CapturedEvent[] = [];
  let withdrawn = false;
  const first = consentOf(options.consent);
  let consent: Consent = first.ok ? first.value : NO_CONSENT;
  /** a consent platform that has not answered yet is no refusal: what was kept waits for its answer, unread */
  const refusedStorage = options.consent.storage === false;

  const emit = (event: TacitEventName, detail: { release?: string }): void => {
    for (const listener of listeners.get(event) ?? [])
      troubles.guard('listener-threw', () => listener(detail), undefined);
  };

  const deviceOptions = (): DeviceOptions => ({
    site: options.site,
    url: new URL(options.url, location.href).href.replace(/\/+$/, ''),
    keys: options.keys,
    mode,
    ...(options.writeKey === undefined ? {} : { writeKey: options.writeKey }),
    ...(options.market === undefined ? {} : { market: options.market }),
    consent,
    erase: !consent.storage && (refusedStorage || withdrawn),
    utcOffsetMinutes: -new Date().getTimezoneOffset(),
    refused,
    refreshEvery: options.refreshEvery,
    serverCandidates: options.serverCandidates,
  });

  const onNotice = (notice: DeviceNotice): void => {
    if (notice.kind === 'trouble') troubles.tell(notice.trouble.code, notice.trouble.message);
    else if (notice.kind === 'change') emit('change', {});
    else {
      void learnPopular();
      emit('release', { release: notice.release });
    }
  };

  const connection: Connection = connect({
    spawn: () => startWorker(options.workerUrl ?? besideSdk()),
    deviceOptions,
    onNotice,
    trouble: troubles.tell,
    onStarted(device) {
      // A worker takes each event once, so that this page's are given again to one that may have lost them.
      const known = new Set(tail.waiting().map((one) => one.event.event_id));
      const again = journal.filter((one) => !known.has(one.event.event_id));
      const given = [...again, ...tail.waiting()];
      void troubles.guardAsync(
        'redelivery-failed',
        async () => {
          if (Object.keys(attributes).length > 0) await device.setProfile(attributes);
          if (given.length > 0) tail.settle(await device.track(given));
          await learnPopular();
        },
        undefined,
      );
    },
  });

  const learnPopular = async (): Promise<void> => {
    const drawn = await connection.call((device) => device.popular(options.market ?? null)).catch(() => null);
    if (drawn !== null) slates.rememberPopular(drawn);
  };

  const deliver = (): Promise<void> =>
    connection
      .call((device) => device.track(tail.waiting()))
      // What is not taken over stays in the tail, for the next worker or the next page.
      .then(tail.settle, () => undefined);

  const capture = (tracked: unknown): void => {
    const now = Date.now();
    const event = captureEvent(tracked, {
      now,
      random: randomBytes(),
      session: visit.at(now),
      consent,
      market: options.market,
    });
    const captured = { event, steady: steady() };
    tail.add(captured);
    journal = [...journal, captured].slice(-MOST_IN_JOURNAL);
    void deliver();
  };

  const measuring = (): boolean => mode === 'events' && consent.measurement && !refused;

  const applyConsent = (next: Consent): Promise<void> => {
    const before = consent;
    consent = next;
    store.allow(next.storage);
    if (!next.storage) {
      withdrawn = true;
      if (before.storage) forgetHere();
      store.wipe();
    }
    if (next.storage) {
      tail.adopt();
      void keepOffline(() => consent.storage);
    } else void loseOffline();
    return connection.call((device) => device.setConsent(next));
  };

  const forgetHere = (): void => {
    tail.clear();
    visit.clear();
    slates.clear();
    journal = [];
  };

  const tabs = openTabs(options.site, {
    onConsent: (next) => void applyConsent(next).catch(() => undefined),
    onForget() {
      forgetHere();
      void connection.call((device) => device.forget()).catch(() => undefined);
    },
  });

  const onHidden = (): void => {
    if (document.visibilityState === 'hidden' && measuring())
      void connection.call((device) => device.flush()).catch(() => undefined);
  };
  document.addEventListener('visibilitychange', onHidden);
  if (!first.ok) troubles.tell('options-invalid', first.why);
  store.allow(consent.storage);
  if (refusedStorage) store.wipe();
  if (consent.storage) {
    tail.adopt();
    void keepOffline(() => consent.storage);
    if (tail.waiting().length > 0) void deliver();
  }

  const recommend = createRecommend({
    connection,
    slates,
    troubles,
    market: options.market,
    expose: (event) => {
      if (measuring()) capture(event);
    },
  });
  const ask = <T>(code: string, work: () => Promise<T>, otherwise: T): Promise<T> =>
    troubles.guardAsync(code, work, otherwise);

  return {
    track: (event) => troubles.guard('event-invalid', () => capture(event), undefined),
    recommend,
    setConsent: (said) =>
      ask(
        'consent-failed',
        async () => {
          const next = consentOf(said, consent);
          if (!next.ok) return troubles.tell('consent-invalid', next.why);
          tabs.consent(next.value);
          await applyConsent(next.value);
        },
        undefined,
      ),
    setProfile: (given) =>
      ask(
        'profile-invalid',
        async () => {
          Object.assign(attributes, given);
          await connection.call((device) => device.setProfile(attributes));
        },
        undefined,
      ),
    explain: (recId, item) =>
      ask('explain-failed', () => connection.call((device) => device.explain(recId as never, item)), null),
    forget: () =>
      ask(
        'forget-failed',
        async () => {
          tabs.forget();
          forgetHere();
          for (const name of Object.keys(attributes)) delete attributes[name];
          await connection.call((device) => device.forget());
        },
        undefined,
      ),
    exportProfile: () =>
      ask('export-failed', () => connection.call((device) => device.exportProfile()), null),
    status: () => ask('status-failed', () => connection.call((device) => device.status()), null),
    refresh: () => ask('refresh-failed', () => connection.call((device) => device.refresh(), null), false),
    on(event, listener) {
      const set = listeners.get(event) ?? new Set();
      listeners.set(event, set.add(listener));
      return () => set.delete(listener);
    },
    async close() {
      document.removeEventListener('visibilitychange', onHidden);
      listeners.clear();
      tabs.close();
      await connection.close();
    },
  };
}

const MOST_IN_JOURNAL = 100;

/** Read at the call: a bundler must not take it for an asset of its own. */
function besideSdk(): string {
  const sdk = import.meta.url;
  return new URL('tacit-worker.js', sdk).href;
}
