import type { Consent } from '../shared/protocol/consent.ts';
import type { DeviceApi, DeviceNotice, DeviceOptions, Trouble } from '../shared/protocol/device.ts';
import { admitAttributes, admitEvents, admitOptions, admitRequest } from './admit.ts';
import type { Host } from './host.ts';
import type { DeviceParts } from './parts.ts';
import { openRooms, type Rooms } from './rooms.ts';
import { reportStatus } from './status.ts';

const MOST_TROUBLES = 20;
/** How long a slate waits for the first release; the page has the last slate meanwhile. */
const RELEASE_PATIENCE = 1_500;

class NotStarted extends Error {
  override readonly name = 'NotStarted';
  readonly code = 'not-started';
}

/** The device as its page calls it. Calls that change something run one after another; slates come after them. */
export function createDevice(parts: DeviceParts): DeviceApi {
  const { host } = parts;
  const troubles: Trouble[] = [];
  let listener: ((notice: DeviceNotice) => void) | undefined;
  let rooms: Rooms | undefined;
  let turn: Promise<unknown> = Promise.resolve();

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
  const status = async () => {
    const { keeping, releases, shopper, ranker, options } = open();
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

  return {
    start: (options: DeviceOptions) =>
      inTurn(async () => {
        if (rooms !== undefined) throw new NotStarted('the device was started before');
        admitOptions(options);
        rooms = await openRooms(parts, options, { trouble, notify, inTurn });
        return status();
      }),

    track: (events) =>
      inTurn(async () => {
        const { shopper, keeping } = open();
        const admitted = admitEvents(events);
        for (const why of admitted.refused) trouble('event-invalid', why);
        const differs = await shopper.track(admitted.events, keeping.sending() === 'on');
        keeping.sender()?.kick();
        if (differs) changed();
        return events.map(({ event }) => event.event_id);
      }),

    async recommend(given) {
      const request = admitRequest(given);
      await turn;
      const { releases, slates, shopper, candidates, ranker, loaded } = open();
      if (releases.current() === undefined) await Promise.race([loaded, patience(host)]);
      const serving = releases.current();
      if (serving === undefined)
        return slates.empty(request, open().loading() ? 'worker-starting' : 'no-release');
      const state = shopper.state();
      const server = candidates?.latest();
      const drawn =
        ranker === undefined
          ? slates.make(serving, state, request, server)
          : await slates.makeBy(ranker, releases.current, { state, request, server });
      // Another release may serve since the ranker was asked: then this one's engine is closed.
      if (releases.current() === serving) candidates?.ask(serving.engine, state);
      return drawn;
    },

    async popular(market) {
      await turn;
      const { releases, slates } = open();
      const serving = releases.current();
      return serving === undefined ? null : slates.popular(serving, market);
    },

    async explain(recId, item) {
      const { slates, releases } = open();
      return slates.explain(releases.current(), recId, item);
    },

    setConsent: (consent: Consent) =>
      inTurn(async () => {
        await open().setConsent(consent);
        notify({ kind: 'change' });
      }),

    setProfile: (attributes) =>
      inTurn(async () => {
        await open().shopper.setAttributes(admitAttributes(attributes));
        changed();
      }),

    forget: () =>
      inTurn(async () => {
        await open().forget();
        changed();
      }),

    exportProfile: () => inTurn(() => open().exportProfile()),
    status: () => inTurn(status),
    refresh: () => open().releases.refresh(),
    flush: async () => open().keeping.sender()?.flush(),
    async listen(to) {
      listener = to;
      for (const notice of unheard.splice(0)) to(notice);
    },
    close: () =>
      inTurn(async () => {
        await rooms?.close();
        rooms = undefined;
      }),
  };
}

const patience = (host: Host): Promise<void> =>
  new Promise((resolve) => {
    host.later(RELEASE_PATIENCE, resolve);
  });
