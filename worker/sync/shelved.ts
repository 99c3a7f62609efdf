import type { Manifest, Part } from '../../shared/protocol/manifest.ts';
import type { DeviceStore } from '../storage/rows.ts';
import { putState, type ReleasePointer, type Rows, stateRow } from '../storage/rows.ts';

/** A verified release as it came off the wire: what is kept, so that the next page need not ask for it. */
export interface Artefacts {
  readonly envelope: string;
  readonly manifest: Manifest;
  readonly parts: ReadonlyMap<Part, ArrayBuffer>;
}

export const pointerOf = (store: DeviceStore): Promise<ReleasePointer | undefined> =>
  store.transact((rows) => stateRow(rows, 'releases'));

/** The bytes kept under an address; undefined where there are none. Verified by the caller, like those of the wire. */
export const partIn = (store: DeviceStore, sha256: string): Promise<ArrayBuffer | undefined> =>
  store.transact((rows) => rows.get('parts', sha256));

/**
 * Keeps a release and points at it, in one transaction: a tab closed in between leaves the old one whole. The release
 * before stays, with its parts; older ones go.
 */
export async function shelve(store: DeviceStore, { envelope, manifest, parts }: Artefacts): Promise<void> {
  await store.transact(async (rows) => {
    const before = await stateRow(rows, 'releases');
    // Another tab may have gone further meanwhile: its release is the newer truth.
    if (before !== undefined && before.ratchet > manifest.version) return;
    const current = { envelope, parts: [...parts.keys()].map((part) => part.sha256) };
    const previous = before?.current.envelope === envelope ? before.previous : (before?.current ?? null);
    for (const [part, bytes] of parts) await rows.put('parts', part.sha256, bytes);
    await putState(rows, 'releases', { current, previous, ratchet: manifest.version });
    await sweep(rows, new Set([...current.parts, ...(previous?.parts ?? [])]));
  });
}

async function sweep(rows: Rows, named: ReadonlySet<string>): Promise<void> {
  for (const key of await rows.keys('parts')) if (!named.has(key)) await rows.delete('parts', key);
}

/** A full disk sheds the bundle first, since it can be had again: the pointer stays, and with it the ratchet. */
export const shedParts = (store: DeviceStore): Promise<void> => store.transact((rows) => rows.clear('parts'));
