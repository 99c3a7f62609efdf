import type { Manifest, Part } from '../../shared/protocol/manifest.ts';
import { keepOnly, type PartStore } from '../storage/parts.ts';
import type { DeviceStore } from '../storage/rows.ts';
import { type ReleasePointer, stateRow } from '../storage/rows.ts';
import type { LevelName } from './levels.ts';

/** A verified release as it came off the wire: what is kept, so that the next page need not ask for it. */
export interface Artefacts {
  readonly envelope: string;
  readonly manifest: Manifest;
  readonly level: LevelName;
  readonly parts: ReadonlyMap<Part, ArrayBuffer>;
}

/** Where a release is kept: what points at it, and its parts. */
export interface Shelf {
  readonly store: DeviceStore;
  readonly parts: PartStore;
}

export const pointerOf = (store: DeviceStore): Promise<ReleasePointer | undefined> =>
  store.transact((rows) => stateRow(rows, 'releases'));

/** A full disk sheds the bundle first, since it can be had again: the pointer stays, and with it the ratchet. */
export const shedParts = (parts: PartStore): Promise<void> => keepOnly(parts, new Set());

/** The bytes of a level's parts, wherever they come from. */
export const gather = async (
  { parts }: { readonly parts: readonly Part[] },
  bytesFor: (part: Part) => Promise<ArrayBuffer>,
): Promise<Artefacts['parts']> =>
  new Map(await Promise.all(parts.map(async (part) => [part, await bytesFor(part)] as const)));
