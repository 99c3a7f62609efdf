import type { ShopperState } from '../shared/engine/contract.ts';
import type { Consent } from '../shared/protocol/consent.ts';
import type { DeviceOptions, DeviceStatus, OutsideRankerStatus, Trouble } from '../shared/protocol/device.ts';
import type { Sending } from './permission.ts';
import type { PartStore } from './storage/parts.ts';
import type { DeviceStore } from './storage/rows.ts';
import { countersOf } from './sync/outbox.ts';
import type { Serving } from './sync/releases.ts';
import { pointerOf } from './sync/shelved.ts';

export interface Standing {
  readonly store: DeviceStore;
  readonly parts: PartStore;
  readonly saving: boolean;
  readonly serving: Serving | undefined;
  readonly state: ShopperState;
  readonly options: DeviceOptions;
  readonly consent: Consent;
  readonly sending: Sending;
  readonly ranker: OutsideRankerStatus | undefined;
  readonly troubles: readonly Trouble[];
}

/** Counts and sizes of what is here, read where it lies. */
export async function reportStatus(at: Standing): Promise<DeviceStatus> {
  const { store, serving, state } = at;
  const { counters, outbox, rowBytes } = await store.transact(async (rows) => {
    let bytes = 0;
    const waiting = await rows.keys('outbox');
    for (const key of waiting) bytes += sizeOf(await rows.get('outbox', key));
    for (const key of await rows.keys('state')) bytes += sizeOf(await rows.get('state', key));
    return { counters: await countersOf(rows), outbox: waiting.length, rowBytes: bytes };
  });
  const inMemory = store.kind === 'memory';
  const kept = inMemory ? undefined : await pointerOf(store);
  const keptBytes = kept === undefined ? 0 : (serving?.bytes ?? 0);
  return {
    release: serving?.manifest.release ?? null,
    version: serving?.manifest.version ?? 0,
    build: serving?.engine.kernel.build ?? 'none',
    level: serving?.level ?? 'none',
    saving: at.saving,
    storage: store.kind,
    parts: at.parts.kind,
    mode: at.options.mode,
    consent: at.consent,
    bundleBytes: serving?.bytes ?? 0,
    stored: {
      interactions: inMemory ? 0 : state.profile.interactions.length,
      outbox,
      bytes: inMemory ? 0 : rowBytes + keptBytes,
    },
    sent: counters,
    sending: at.sending,
    ...(at.ranker === undefined ? {} : { ranker: at.ranker }),
    troubles: at.troubles,
  };
}

const sizeOf = (row: unknown): number => (row === undefined ? 0 : JSON.stringify(row).length);
