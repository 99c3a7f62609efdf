import { type Consent, NO_CONSENT } from '../shared/protocol/consent.ts';
import { type DeviceNotice, type DeviceOptions, isRefusal } from '../shared/protocol/device.ts';
import type { RecId } from '../shared/protocol/ids.ts';
import type { ProfileAttributes } from '../shared/protocol/profile.ts';
import type { Slate } from '../shared/protocol/slate.ts';
import { type Connection, ConnectionFailure, connect, type Device } from './connection.ts';
import type { Tacit } from './contract.ts';
import { createEvents } from './events.ts';
import { createLastSlates } from './last-slates.ts';
import { createListeners } from './listeners.ts';
import { OFFLINE_CACHE } from './offline-cache.ts';
import { type CheckedOptions, consentOf, serverBase } from './options.ts';
import { createPageStore } from './page-store.ts';
import { createRecommend } from './recommend.ts';
import { refusedByBrowser } from './refusal.ts';
import { openTabs } from './tabs.ts';
import type { Troubles } from './troubles.ts';
import { startWorker } from './worker-start.ts';

/** One page's Tacit: what the page keeps, its worker and its other tabs, wired. */
export function openPage(options: CheckedOptions, troubles: Troubles): Tacit {
  const refused = refusedByBrowser();
  const mode = refused ? 'off' : (options.privacy.mode ?? 'off');
  let consent: Consent = { ...NO_CONSENT, ...options.consent };
  /** a consent platform that has not answered yet is no refusal: what was kept waits for its answer, unread */
  let storageRefused = options.consent.storage === false;
  let attributes: ProfileAttributes = {};
  /** release and level of the last answer; null: none answered, or what was remembered did */
  let answeredBy: string | null | undefined;

  const listeners = createListeners(troubles);
  const store = createPageStore(options.site);
  const slates = createLastSlates(store);
  const events = createEvents({
    store,
    market: options.market,
    consent: () => consent,
    connection: () => connection,
  });
  const connection: Connection = connect({
    spawn: (forbid) => startWorker(options.workerUrl ?? besideSdk(), forbid),
    deviceOptions: () => deviceOptions(options, { mode, consent, refused, erase: storageRefused }),
    onNotice,
    trouble: troubles.tell,
    onStarting(device) {
      const told = async (): Promise<void> => {
        // Posted together, in this order, ahead of what the page asks.
        const profile = Object.keys(attributes).length > 0 && device('setProfile', attributes);
        await Promise.all([profile, events.redeliver(device)]);
      };
      void troubles.guardAsync('redelivery-failed', told, undefined);
    },
  });
  const tabs = openTabs(options.site, {
    onConsent: (next) => void applyConsent(next).catch(() => undefined),
    onForget: () => void forgetHere().catch(() => undefined),
  });
  const measuring = (): boolean => mode === 'events' && consent.measurement;
  const { recommend, last } = createRecommend({
    connection,
    handOver: events.handOver,
    slates,
    troubles,
    market: options.market,
    expose: (slate) => {
      if (measuring()) void troubles.guardAsync('exposure-failed', () => takeDown(slate), undefined);
    },
    answeredBy: (slate) => {
      answeredBy = slate && slate.release + (slate.level ?? '');
    },
  });

  /** Only a page that measures carries what says it. */
  async function takeDown(slate: Slate): Promise<void> {
    const { exposuresOf } = await import('./exposure.ts');
    if (measuring()) for (const event of exposuresOf(slate)) events.capture(event);
  }

  function onNotice(notice: DeviceNotice): void {
    if (notice.kind === 'trouble') troubles.tell(notice.trouble.code, notice.trouble.message);
    else if (notice.kind === 'change') listeners.emit('change', {});
    else {
      if (!slates.knowPopular(notice.release)) void learnPopular();
      // A page that was not answered yet, or by this very release and as much of it, has nothing to draw anew.
      if (answeredBy !== undefined && answeredBy !== notice.release + (notice.level ?? ''))
        listeners.emit('release', { release: notice.release });
    }
  }

  /** What this page falls back to is learned while there is a worker to learn it from. */
  async function learnPopular(): Promise<void> {
    const market = options.market ?? null;
    const drawn = await connection.call((device) => device('popular', market)).catch(() => null);
    if (drawn !== null) slates.rememberPopular(drawn);
  }

  async function applyConsent(next: Consent): Promise<void> {
    const before = consent;
    consent = next;
    storageRefused = !next.storage;
    store.allow(next.storage);
    if (next.storage) {
      events.adopt();
      keepPages().catch(() => undefined);
    } else {
      if (before.storage) forgetOnPage();
      store.wipe();
      // Nothing can be kept where Cache Storage is refused.
      if (typeof caches !== 'undefined') caches.delete(OFFLINE_CACHE).catch(() => undefined);
    }
    await connection.call((device) => device('setConsent', next));
  }

  /** Waits for a service worker, which may never come: then there is nothing to load. */
  async function keepPages(): Promise<void> {
    if (await navigator.serviceWorker?.ready)
      await (await import('./offline.ts')).keepOffline(OFFLINE_CACHE, () => consent.storage);
  }

  function forgetOnPage(): void {
    events.forget();
    slates.clear();
    attributes = {};
  }

  async function forgetHere(): Promise<void> {
    forgetOnPage();
    await connection.call((device) => device('forget'));
  }

  const onVisibility = (): void => {
    if (document.visibilityState === 'hidden' && measuring())
      void connection.call((device) => device('flush')).catch(() => undefined);
  };
  // A page that sends nothing has nothing to do in the task in which it is left.
  if (mode === 'events') document.addEventListener('visibilitychange', onVisibility);
  store.allow(consent.storage);
  if (storageRefused) store.wipe();
  // In a task of its own: the one that opens the page has enough to do.
  if (consent.storage) setTimeout(() => void keepPages().catch(() => undefined));

  /** @param deadline as of a connection's call */
  const asked = <T>(
    what: string,
    work: (device: Device) => Promise<T>,
    otherwise: T,
    deadline?: null,
  ): Promise<T> => troubles.guardAsync(`${what}-failed`, () => connection.call(work, deadline), otherwise);

  return {
    track: (event) => troubles.guard('event-invalid', () => events.capture(event), undefined),
    recommend,
    last,
    async setConsent(said) {
      const next = consentOf(said, consent);
      if (!next.ok) return troubles.tell('consent-invalid', next.why);
      tabs.consent(next.value);
      await troubles.guardAsync('consent-failed', () => applyConsent(next.value), undefined);
    },
    async setProfile(given) {
      const before = attributes;
      attributes = { ...attributes, ...given };
      try {
        await connection.call((device) => device('setProfile', attributes));
      } catch (error) {
        if (!(error instanceof ConnectionFailure)) attributes = before;
        troubles.tell(isRefusal(error) ? 'profile-invalid' : 'profile-failed', (error as Error).message);
      }
    },
    explain: (recId, item) => asked('explain', (device) => device('explain', recId as RecId, item), null),
    async forget() {
      tabs.forget();
      await troubles.guardAsync('forget-failed', forgetHere, undefined);
    },
    exportProfile: () => asked('export', (device) => device('exportProfile'), null),
    status: () => asked('status', (device) => device('status'), null),
    refresh: () => asked('refresh', (device) => device('refresh'), false, null),
    on: listeners.add,
    async close() {
      document.removeEventListener('visibilitychange', onVisibility);
      listeners.clear();
      tabs.close();
      await connection.close();
    },
  };
}

type Standing = Pick<DeviceOptions, 'mode' | 'consent' | 'refused' | 'erase'>;

/** @throws TypeError of an address that is none */
async function deviceOptions(options: CheckedOptions, standing: Standing): Promise<DeviceOptions> {
  const { ranker, workerUrl, ...others } = options;
  return {
    ...others,
    ...standing,
    url: serverBase(options.url, location.href),
    utcOffsetMinutes: -new Date().getTimezoneOffset(),
    ...(ranker && {
      ranker: (await import('./own-ranker.ts')).outsideRanker(ranker, workerUrl ?? besideSdk()),
    }),
  };
}

/** Read at the call: a bundler must not take it for an asset of its own. */
function besideSdk(): string {
  const sdk = import.meta.url;
  return new URL('tacit-worker.js', sdk).href;
}
