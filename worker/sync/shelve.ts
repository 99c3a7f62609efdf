import { StorageFailure } from '../storage/failure.ts';
import { keepOnly } from '../storage/parts.ts';
import type { DeviceStore } from '../storage/rows.ts';
import { type KeptRelease, putState, type ReleasePointer, stateRow } from '../storage/rows.ts';
import type { ReleaseOptions } from './releases.ts';
import { type Artefacts, pointerOf, type Shelf, shedParts } from './shelved.ts';

/** Keeps a release where anything is kept, in turn with other tabs; a full disk is told, and sheds what it holds. */
export async function keep(options: ReleaseOptions, artefacts: Artefacts): Promise<void> {
  const { host, site, trouble } = options;
  const [store, parts] = [options.store(), options.parts()];
  // Memory keeps what serves already; a second copy would be no use.
  if (store.kind === 'memory') return;
  try {
    // Another tab that is at it keeps the same release, or a newer one.
    await host.exclusively(`tacit:${site}:shelf`, () => shelve({ store, parts }, artefacts));
  } catch (error) {
    if (!(error instanceof StorageFailure)) throw error;
    trouble(error.code, `the bundle is not kept: ${error.message}`);
    await shedParts(parts);
  }
}

/**
 * All of a release's parts first, then the pointer in one transaction, then what nothing points at any more goes. A
 * tab closed anywhere in between leaves the old release whole, or the new one. The release before stays, with its parts.
 */
async function shelve({ store, parts }: Shelf, artefacts: Artefacts): Promise<void> {
  const { envelope, manifest, level } = artefacts;
  const kept: KeptRelease = {
    envelope,
    parts: [...artefacts.parts.keys()].map((part) => part.sha256),
    ...(level === 'whole' ? {} : { level }),
  };
  // Another tab may have gone further meanwhile: its release is the newer truth.
  const standing = await pointerOf(store);
  if (standing !== undefined && standing.ratchet > manifest.version) return;
  const there = new Set(await parts.keys());
  for (const [part, bytes] of artefacts.parts)
    if (!there.has(part.sha256)) await parts.put(part.sha256, bytes);
  const pointer = await store.transact(async (rows) => {
    const before = await stateRow(rows, 'releases');
    if (before !== undefined && before.ratchet > manifest.version) return before;
    const next = { current: kept, previous: previousOf(before, kept), ratchet: manifest.version };
    await putState(rows, 'releases', next);
    return next;
  });
  await keepOnly(parts, namedBy(pointer));
}

/** A head that is followed by its own whole was no release before it. */
const previousOf = (before: ReleasePointer | undefined, next: KeptRelease): KeptRelease | null =>
  before === undefined || before.current.envelope === next.envelope
    ? (before?.previous ?? null)
    : before.current;

const namedBy = ({ current, previous }: ReleasePointer): ReadonlySet<string> =>
  new Set([...current.parts, ...(previous?.parts ?? [])]);

/** The release before takes the place of one that failed. The ratchet stays. */
export const unshelve = (store: DeviceStore, envelope: string): Promise<void> =>
  store.transact(async (rows) => {
    const before = await stateRow(rows, 'releases');
    if (before === undefined || before.current.envelope !== envelope || before.previous === null) return;
    await putState(rows, 'releases', { ...before, current: before.previous, previous: null });
  });
