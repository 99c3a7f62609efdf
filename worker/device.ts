import type { Consent } from '../shared/protocol/consent.ts';
import type {
  CapturedEvent,
  DeviceApi,
  DeviceNotice,
  DeviceOptions,
  Trouble,
} from '../shared/protocol/device.ts';
import { admitAttributes, admitEvents, admitOptions, admitRequest } from './admit.ts';
import type { Host } from './host.ts';
import type { DeviceParts } from './parts.ts';
import { openRooms, type Rooms } from './rooms.ts';

const MOST_TROUBLES = 20;
/** How long a slate waits for the first release; the page has the last slate meanwhile. */
const RELEASE_PATIENCE = 1_500;

class NotStarted extends Error {
  override readonly name = 'NotStarted';
  readonly code = 'not-started';
}

/**
 * The device as its page calls it. Calls that change something run one after another. Slates come after them, but for what
 * a disk does to keep an event: a slate knows of an event as soon as memory does.
 */
export function createDevice(parts: DeviceParts): DeviceApi {
  const { host } = parts;
  const troubles: Trouble[] = [];
  let listener: ((notice: DeviceNotice) => void) | undefined;
  let rooms: Rooms | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  /** settles when memory holds whatever was asked before */
  let known: Promise<unknown> = turn;

  /** said before the page listens: kept, so that it hears of a release or a trouble of the very start */
  const unheard: DeviceNotice[] = [];
  const notify = (notice: DeviceNotice): void => {
    if (listener === undefined) unheard.push(notice);
    else listener(notice);
  };
  const trouble = (code: string, message: string): void => {
    const one = { code, message, at: host.now() };
    troubles.push(one);
    troubles.splice(0, troubles.length - MOST_TROUBLES);
    notify({ kind: 'trouble', trouble: one });
  };
  const open = (): Rooms => {
    if (rooms === undefined) throw new NotStarted('the device was not started');
    return rooms;
  };
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work);
    turn = mine.catch(() => undefined);
    return mine;
  };
  const changing = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = inTurn(work);
    known = turn;
    return mine;
  };
  const status = async () => {
    const { keeping, releases, shopper, ranker, options } = open();
    const { reportStatus } = await import('./status.ts');
    return reportStatus({
      options,
      ranker: ranker?.status(),
      store: keeping.store(),
      parts: keeping.parts(),
      saving: host.isFrugal(),
      serving: releases.current(),
      state: shopper.state(),
      consent: keeping.consent(),
      sending: keeping.sending(),
      troubles: [...troubles],
    });
  };
  const changed = (): void => {
    open().otherTabs.tell('shopper');
    notify({ kind: 'change' });
  };
  const note = (events: readonly CapturedEvent[]) => {
    const { shopper } = open();
    const admitted = admitEvents(events);
    for (const why of admitted.refused) trouble('event-invalid', why);
    const differs = shopper.note(admitted.events);
    if (differs) notify({ kind: 'change' });
    return { events: admitted.events, differs };
  };

  return {
    start: (options: DeviceOptions) =>
      changing(async () => {
        if (rooms !== undefined) throw new NotStarted('the device was started before');
        admitOptions(options);
        rooms = await openRooms(parts, options, { trouble, notify, inTurn });
      }),

    track(events) {
      const noted = known.then(() => note(events));
      known = noted.catch(() => undefined);
      return inTurn(async () => {
        const { events: admitted, differs } = await noted;
        await breath();
        const { shopper, keeping, otherTabs } = open();
        const took = await shopper.track(admitted, keeping.sending() === 'on');
        keeping.sender()?.kick();
        if (differs) otherTabs.tell('shopper');
        // What memory took in a disk's place stays in the page's tail; what was refused does not.
        const isKept = took && !(keeping.consent().storage && keeping.store().kind === 'memory');
        const waits = new Set(isKept ? [] : admitted.map(({ event }) => event.event_id));
        return events.map(({ event }) => event.event_id).filter((id) => !waits.has(id));
      });
    },

    async recommend(given) {
      const request = admitRequest(given);
      await known;
      const { releases, slates, shopper, candidates, ranker, loaded } = open();
      if (releases.current() === undefined) await Promise.race([loaded, patience(host)]);
      const serving = releases.current();
      if (serving === undefined)
        return slates.empty(request, open().loading() ? 'worker-starting' : 'no-release');
      const state = shopper.state();
      const server = candidates?.latest();
      const asked = { state, request, server };
      const drawn =
        ranker === undefined
          ? slates.make(serving, asked)
          : await ranker.make(slates, releases.current, asked);
      // Another release may serve since the ranker was asked: then this one's engine is closed.
      if (releases.current() === serving) candidates?.ask(serving.engine, state);
      return drawn;
    },

    async popular(market) {
      await known;
      const { releases, slates } = open();
      const serving = releases.current();
      return serving === undefined ? null : slates.popular(serving, market);
    },

    async explain(recId, item) {
      const { evidence } = await import('../shared/engine/evidence.ts');
      const { slates, releases } = open();
      const serving = releases.current();
      const made = slates.made(serving, recId);
      return made === undefined || serving === undefined
        ? null
        : evidence(serving.engine, made.state, made, item);
    },

    setConsent: (consent: Consent) =>
      changing(async () => {
        await open().setConsent(consent);
        notify({ kind: 'change' });
      }),

    setProfile: (attributes) =>
      changing(async () => {
        await open().shopper.setAttributes(admitAttributes(attributes));
        changed();
      }),

    forget: () =>
      changing(async () => {
        await open().forget();
        changed();
      }),

    exportProfile: () => inTurn(() => open().exportProfile()),
    status: () => inTurn(status),
    refresh: () => open().releases.refresh(),
    async flush() {
      await turn;
      await open().keeping.sender()?.flush();
    },
    async listen(to) {
      listener = to;
      for (const notice of unheard.splice(0)) to(notice);
    },
    close: () =>
      changing(async () => {
        await rooms?.close();
        rooms = undefined;
      }),
  };
}

const patience = (host: Host): Promise<void> =>
  new Promise((resolve) => {
    host.later(RELEASE_PATIENCE, resolve);
  });

/** A slate that was asked for behind an event goes before the disk. */
const breath = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
