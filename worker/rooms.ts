import type { Consent } from '../shared/protocol/consent.ts';
import type { DeviceNotice, DeviceOptions, ExportedProfile } from '../shared/protocol/device.ts';
import type { TacitEvent } from '../shared/protocol/event.ts';
import type { DeviceParts } from './device.ts';
import { measurementStands, type Sending, sendingOf } from './permission.ts';
import { createShopper, type Shopper } from './shopper.ts';
import { createSlates, type SlateMaker } from './slates.ts';
import { guardedStore, STORAGE_DEADLINE } from './storage/guarded.ts';
import { memoryStore } from './storage/memory.ts';
import { type DeviceStore, putState } from './storage/rows.ts';
import { createCandidates, type ServerCandidates } from './sync/candidates.ts';
import { enqueue, erase, waitingRows } from './sync/outbox.ts';
import { createReleases, type Releases } from './sync/releases.ts';
import { createSender, type Sender } from './sync/sender.ts';
import { type OtherTabs, openOtherTabs } from './tabs.ts';

/** What a started device is made of. */
export interface Rooms {
  readonly options: DeviceOptions;
  readonly shopper: Shopper;
  readonly releases: Releases;
  readonly slates: SlateMaker;
  readonly candidates: ServerCandidates | undefined;
  readonly otherTabs: OtherTabs;
  /** settles when the first look for a release is over */
  readonly loaded: Promise<void>;
  loading(): boolean;
  store(): DeviceStore;
  sender(): Sender | undefined;
  consent(): Consent;
  sending(): Sending;
  setConsent(consent: Consent): Promise<void>;
  forget(): Promise<void>;
  exportProfile(): Promise<ExportedProfile>;
  close(): Promise<void>;
}

export interface Household {
  trouble(code: string, message: string): void;
  notify(notice: DeviceNotice): void;
  inTurn<T>(work: () => Promise<T>): Promise<T>;
}

/** Opens storage, reads the shopper, begins to load the release, and sends what waits. */
export async function openRooms(
  parts: DeviceParts,
  options: DeviceOptions,
  { trouble, notify, inTurn }: Household,
): Promise<Rooms> {
  const { host } = parts;
  const { site, url } = options;
  let consent = options.consent;
  let serverOff = false;
  let loading = true;
  let sender: Sender | undefined;

  const database = (): DeviceStore =>
    guardedStore(parts.openStore(site), {
      deadline: STORAGE_DEADLINE,
      onLost: ({ code, message }) => trouble(code, message),
    });
  let store = consent.storage ? database() : memoryStore();
  const storeNow = (): DeviceStore => store;
  const sending = (): Sending => sendingOf(options, consent, serverOff);
  const shopper = createShopper(storeNow);

  const otherTabs = openOtherTabs(site, (news) => {
    if (!consent.storage) return;
    if (news === 'release') void releases.refresh();
    else
      void inTurn(() => shopper.reload()).then(
        () => notify({ kind: 'change' }),
        () => undefined,
      );
  });
  const releases = createReleases({
    site,
    url,
    keys: options.keys,
    market: options.market,
    verify: parts.verify,
    openKernel: parts.openKernel,
    host,
    store: storeNow,
    trouble,
    onRelease(release) {
      notify({ kind: 'release', release });
      otherTabs.tell('release');
    },
  });
  const slates = createSlates({
    host,
    market: options.market,
    utcOffsetMinutes: options.utcOffsetMinutes,
  });
  const candidates = options.serverCandidates ? createCandidates({ site, url, host, trouble }) : undefined;

  /** A sender where events may go up, none where they may not: what is under way ends at once. */
  const matchSender = (): void => {
    if (sending() !== 'on') {
      sender?.stop();
      sender = undefined;
      return;
    }
    sender ??= createSender({
      site,
      url,
      writeKey: options.writeKey ?? '',
      host,
      store: storeNow,
      permitted: measurementStands,
      trouble,
      onServerOff() {
        serverOff = true;
        matchSender();
      },
    });
    sender.kick();
  };

  const moveTo = async (next: DeviceStore): Promise<void> => {
    const waiting = await store.transact(waitingRows);
    await shopper.join(next);
    await next.transact((rows) => enqueue(rows, waiting));
    store = next;
    await releases.keep();
  };

  const applyConsent = async (next: Consent): Promise<void> => {
    const before = consent;
    consent = next;
    matchSender();
    if (before.storage && !next.storage) {
      const old = store;
      store = memoryStore();
      await shopper.forget();
      slates.forget();
      candidates?.forget();
      await old.wipe();
    } else if (!next.storage) void parts.eraseStore(site).catch(() => undefined);
    else if (!before.storage && next.storage) await moveTo(database());
    await store.transact(async (rows) => {
      await putState(rows, 'consent', next);
      if (sending() !== 'on') await erase(rows);
    });
  };

  // Nobody waits for it: a tab that holds the database open may delay it.
  if (options.erase && !consent.storage) void parts.eraseStore(site).catch(() => undefined);
  await store.transact((rows) => putState(rows, 'consent', consent));
  if (sending() !== 'on') await store.transact(erase);
  await shopper.reload();
  matchSender();
  const loaded = releases
    .start()
    .catch((error: unknown) => trouble('release-failed', String(error)))
    .finally(() => {
      loading = false;
    });
  const stopPolling = poll(() => releases.refresh(), options.refreshEvery, host);

  return {
    options,
    shopper,
    releases,
    slates,
    candidates,
    otherTabs,
    loaded,
    loading: () => loading,
    store: storeNow,
    sender: () => sender,
    consent: () => consent,
    sending,
    setConsent: applyConsent,
    async forget() {
      sender?.stop();
      sender = undefined;
      await shopper.forget();
      await store.transact(erase);
      slates.forget();
      candidates?.forget();
      matchSender();
    },
    async exportProfile() {
      const waiting = await store.transact(waitingRows);
      return {
        exportedAt: host.now(),
        ...shopper.state(),
        consent,
        waitingToBeSent: waiting.map(({ event }): TacitEvent => event),
      };
    },
    async close() {
      stopPolling();
      sender?.stop();
      otherTabs.close();
      releases.close();
      await store.close();
    },
  };
}

/** Looks again and again; a little unevenly, so that all the pages of a sale do not ask in the same second. */
function poll(look: () => Promise<boolean>, every: number, host: DeviceParts['host']): () => void {
  let closed = false;
  let stop = (): void => undefined;
  const next = (): void => {
    if (closed) return;
    stop = host.later(every * (0.9 + 0.2 * host.uniform()), () => {
      void look().finally(next);
    });
  };
  next();
  return () => {
    closed = true;
    stop();
  };
}
