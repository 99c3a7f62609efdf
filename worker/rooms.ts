import type { Consent } from '../shared/protocol/consent.ts';
import type { DeviceNotice, DeviceOptions, ExportedProfile } from '../shared/protocol/device.ts';
import type { TacitEvent } from '../shared/protocol/event.ts';
import type { Host } from './host.ts';
import { createKeeping, type Keeping } from './keeping.ts';
import type { OwnRanker } from './own-ranker.ts';
import type { DeviceParts } from './parts.ts';
import { createShopper, type Shopper } from './shopper.ts';
import { createSlates, type SlateMaker } from './slates.ts';
import { standingOf } from './storage/standing.ts';
import type { ServerCandidates } from './sync/candidates.ts';
import { waitingRows } from './sync/outbox.ts';
import { createReleases, type Releases } from './sync/releases.ts';
import { wire } from './sync/wire-later.ts';
import { type OtherTabs, openOtherTabs } from './tabs.ts';

/** What a started device is made of. */
export interface Rooms {
  readonly options: DeviceOptions;
  readonly keeping: Keeping;
  readonly shopper: Shopper;
  readonly releases: Releases;
  readonly slates: SlateMaker;
  readonly candidates: ServerCandidates | undefined;
  /** a shop's own */
  readonly ranker: OwnRanker | undefined;
  readonly otherTabs: OtherTabs;
  /** settles when the first look for a release is over */
  readonly loaded: Promise<void>;
  loading(): boolean;
  setConsent(consent: Consent): Promise<void>;
  forget(): Promise<void>;
  exportProfile(): Promise<ExportedProfile>;
  close(): Promise<void>;
}

export interface Household {
  trouble(code: string, message: string): void;
  notify(notice: DeviceNotice): void;
  /** after every change that was asked for before */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
}

/** Opens storage, reads the shopper, sends what waits, and begins to load the release. */
export async function openRooms(
  parts: DeviceParts,
  options: DeviceOptions,
  { trouble, notify, inTurn }: Household,
): Promise<Rooms> {
  const { host } = parts;
  const { site, url, market } = options;
  const kernel = parts.loadKernel();
  const keeping = await createKeeping(parts, options, trouble);
  const { store } = keeping;
  const shopper = createShopper(keeping, trouble);
  // What is read goes ahead of what is written, all of it asked for at once: whoever waits for a database waits once.
  const standing = standingOf(keeping.store());
  const read = Promise.all([shopper.reload(standing), keeping.begin()]);
  read.catch(() => undefined);
  // While the kernel is on its way, where nothing to answer from is here.
  standing.then(({ releases }): unknown => releases ?? wire()).catch(() => undefined);
  const slates = createSlates({ host, market, utcOffsetMinutes: options.utcOffsetMinutes });
  const candidates = options.serverCandidates
    ? (await import('./sync/candidates.ts')).createCandidates({ site, url, host, trouble })
    : undefined;
  const ranker = options.ranker
    ? (await import('./own-ranker.ts')).openRanker(parts, options.ranker, { store, trouble })
    : undefined;
  const openKernel = await kernel;
  const releases = createReleases({
    site,
    url,
    market,
    keys: options.keys,
    verify: parts.verify,
    openKernel,
    host,
    store,
    parts: keeping.parts,
    trouble,
    onRelease(release, level) {
      notify({ kind: 'release', release, ...(level === 'whole' ? {} : { level }) });
      otherTabs.tell('release');
    },
  });

  const reread = (): Promise<void> =>
    inTurn(() => shopper.reload()).then(
      () => notify({ kind: 'change' }),
      () => undefined,
    );
  const otherTabs = openOtherTabs(site, (news) => {
    // Without storage there is nothing that two tabs share.
    if (!keeping.consent().storage) return;
    if (news === 'release') void releases.refresh();
    else void reread();
  });
  const forgetShopper = async (): Promise<void> => {
    await shopper.forget();
    slates.forget();
    candidates?.forget();
  };

  const { loaded, loading } = firstLook(releases.start(standing), trouble);
  await read;
  const stopPolling = poll(releases.refresh, options.refreshEvery, host);

  return {
    ...{ options, keeping, shopper, releases, slates, candidates, ranker, otherTabs, loaded, loading },
    setConsent: (consent) =>
      keeping.apply(consent, { join: shopper.join, settle: releases.keep, forget: forgetShopper }),
    async forget() {
      await forgetShopper();
      await keeping.forget();
    },
    async exportProfile() {
      const waiting = await store().transact(waitingRows);
      return {
        exportedAt: host.now(),
        ...shopper.state(),
        consent: keeping.consent(),
        waitingToBeSent: waiting.map(({ event }): TacitEvent => event),
      };
    },
    async close() {
      stopPolling();
      otherTabs.close();
      ranker?.close();
      releases.close();
      await keeping.close();
    },
  };
}

function firstLook(looked: Promise<void>, trouble: Household['trouble']): Pick<Rooms, 'loaded' | 'loading'> {
  let loading = true;
  const loaded = looked
    .catch((error: unknown) => trouble('release-failed', String(error)))
    .finally(() => {
      loading = false;
    });
  return { loaded, loading: () => loading };
}

/** Looks again and again; a little unevenly, so that all the pages of a sale do not ask in the same second. */
function poll(look: () => Promise<boolean>, every: number, host: Host): () => void {
  let closed = false;
  let stop = (): void => undefined;
  const next = (): void => {
    if (closed) return;
    stop = host.later(every * (0.9 + 0.2 * host.uniform()), () => void look().finally(next));
  };
  next();
  return () => {
    closed = true;
    stop();
  };
}
