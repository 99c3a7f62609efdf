import { type Consent, NO_CONSENT } from '../shared/protocol/consent.ts';
import type { DeviceNotice, DeviceOptions } from '../shared/protocol/device.ts';
import type { RecId } from '../shared/protocol/ids.ts';
import type { ProfileAttributes } from '../shared/protocol/profile.ts';
import { type Connection, connect } from './connection.ts';
import type { Tacit } from './contract.ts';
import { createEvents } from './events.ts';
import { createLastSlates } from './last-slates.ts';
import { createListeners } from './listeners.ts';
import { keepOffline, loseOffline } from './offline.ts';
import { attributesOf, type CheckedOptions, consentOf, serverBase } from './options.ts';
import { createPageStore } from './page-store.ts';
import { createRecommend } from './recommend.ts';
import { refusedByBrowser } from './refusal.ts';
import { openTabs } from './tabs.ts';
import type { Troubles } from './troubles.ts';
import { startWorker } from './worker-start.ts';

/** One page's Tacit: what the page keeps, its worker and its other tabs, wired. */
export function openPage(options: CheckedOptions, troubles: Troubles): Tacit {
  const refused = refusedByBrowser();
  const mode = refused ? 'off' : options.privacy.mode;
  const first = consentOf(options.consent);
  let consent: Consent = first.ok ? first.value : NO_CONSENT;
  /** a consent platform that has not answered yet is no refusal: what was kept waits for its answer, unread */
  let storageRefused = options.consent.storage === false;
  let attributes: ProfileAttributes = {};
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
    spawn: () => startWorker(options.workerUrl ?? besideSdk()),
    deviceOptions: () => deviceOptions(options, { mode, consent, refused, erase: storageRefused }),
    onNotice,
    trouble: troubles.tell,
    onStarted(device) {
      const told = async (): Promise<void> => {
        if (Object.keys(attributes).length > 0) await device.setProfile(attributes);
        await events.redeliver(device);
        await learnPopular();
      };
      void troubles.guardAsync('redelivery-failed', told, undefined);
    },
  });
  const tabs = openTabs(options.site, {
    onConsent: (next) => void applyConsent(next).catch(() => undefined),
    onForget: () => void forgetHere().catch(() => undefined),
  });
  const measuring = (): boolean => mode === 'events' && consent.measurement;
  const recommend = createRecommend({
    connection,
    slates,
    troubles,
    market: options.market,
    expose: (event) => {
      if (measuring()) events.capture(event);
    },
    answeredBy: (release) => {
      answeredBy = release;
    },
  });

  function onNotice(notice: DeviceNotice): void {
    if (notice.kind === 'trouble') troubles.tell(notice.trouble.code, notice.trouble.message);
    else if (notice.kind === 'change') listeners.emit('change', {});
    else {
      void learnPopular();
      // A page that was not answered yet, or by this very release, has nothing to draw anew.
      if (answeredBy !== undefined && answeredBy !== notice.release)
        listeners.emit('release', { release: notice.release });
    }
  }

  /** What this page falls back to is learned while there is a worker to learn it from. */
  async function learnPopular(): Promise<void> {
    const market = options.market ?? null;
    const drawn = await connection.call((device) => device.popular(market)).catch(() => null);
    if (drawn !== null) slates.rememberPopular(drawn);
  }

  async function applyConsent(next: Consent): Promise<void> {
    const before = consent;
    consent = next;
    storageRefused = !next.storage;
    store.allow(next.storage);
    if (next.storage) consentStands();
    else {
      if (before.storage) forgetOnPage();
      store.wipe();
      void loseOffline();
    }
    await connection.call((device) => device.setConsent(next));
  }

  function consentStands(): void {
    events.adopt();
    void keepOffline(() => consent.storage);
  }

  function forgetOnPage(): void {
    events.forget();
    slates.clear();
    attributes = {};
  }

  async function forgetHere(): Promise<void> {
    forgetOnPage();
    await connection.call((device) => device.forget());
  }

  const onVisibility = (): void => {
    if (document.visibilityState === 'hidden' && measuring())
      void connection.call((device) => device.flush()).catch(() => undefined);
  };
  document.addEventListener('visibilitychange', onVisibility);
  if (!first.ok) troubles.tell('options-invalid', first.why);
  store.allow(consent.storage);
  if (storageRefused) store.wipe();
  if (consent.storage) consentStands();

  const told = troubles.guardAsync;
  return {
    track: (event) => troubles.guard('event-invalid', () => events.capture(event), undefined),
    recommend,
    async setConsent(said) {
      const next = consentOf(said, consent);
      if (!next.ok) return troubles.tell('consent-invalid', next.why);
      tabs.consent(next.value);
      await told('consent-failed', () => applyConsent(next.value), undefined);
    },
    async setProfile(given) {
      const checked = attributesOf({ ...attributes, ...given });
      if (!checked.ok) return troubles.tell('profile-invalid', checked.why);
      attributes = checked.value;
      await told(
        'profile-failed',
        () => connection.call((device) => device.setProfile(attributes)),
        undefined,
      );
    },
    explain: (recId, item) =>
      told('explain-failed', () => connection.call((device) => device.explain(recId as RecId, item)), null),
    async forget() {
      tabs.forget();
      await told('forget-failed', forgetHere, undefined);
    },
    exportProfile: () =>
      told('export-failed', () => connection.call((device) => device.exportProfile()), null),
    status: () => told('status-failed', () => connection.call((device) => device.status()), null),
    refresh: () => told('refresh-failed', () => connection.call((device) => device.refresh(), null), false),
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

const deviceOptions = (options: CheckedOptions, standing: Standing): DeviceOptions => ({
  ...standing,
  site: options.site,
  url: serverBase(options.url, location.href),
  keys: options.keys,
  ...(options.writeKey === undefined ? {} : { writeKey: options.writeKey }),
  ...(options.market === undefined ? {} : { market: options.market }),
  utcOffsetMinutes: -new Date().getTimezoneOffset(),
  refreshEvery: options.refreshEvery,
  serverCandidates: options.serverCandidates,
});

/** Read at the call: a bundler must not take it for an asset of its own. */
function besideSdk(): string {
  const sdk = import.meta.url;
  return new URL('tacit-worker.js', sdk).href;
}
