import type { Manifest, Part } from '../../shared/protocol/manifest.ts';
import { openManifest } from '../../shared/protocol/signature.ts';
import type { KeptRelease } from '../storage/rows.ts';
import type { Bench } from './bench.ts';
import { DownloadError, demandSize, fetchPart, verifyPart } from './download.ts';
import { tryGolden } from './golden.ts';
import { levelsOf } from './levels.ts';
import { gather } from './look.ts';
import type { Opened } from './open.ts';
import type { Serving } from './seat.ts';
import { unshelve } from './shelve.ts';
import { type Artefacts, pointerOf } from './shelved.ts';
import type { Notes } from './trial.ts';

/**
 * A release from storage. What lies there was verified before it was put there, so nobody waits for its hashes: lengths and
 * heads are what is looked at before it serves, and `tryAgain` reckons the hashes afterwards. Age does not matter to what
 * served already.
 */
export async function revive(bench: Bench, kept: KeptRelease, notes?: Notes): Promise<Serving | undefined> {
  const { options, seat, trials } = bench;
  const { host, url, market } = options;
  const shelf = options.parts();
  // Asked for before anything is known of them: their addresses are in the pointer.
  const reading = new Map(kept.parts.map((sha256): [string, Reading] => [sha256, shelf.get(sha256)]));
  for (const asked of reading.values()) asked.catch(() => undefined);
  const trust = { ...bench.trust(), lowest: 0, now: 0 };
  const manifest = await openManifest(bench.parse(kept.envelope), trust);
  const wanted = levelsOf(manifest, market)[kept.level ?? 'whole'];
  if (wanted === undefined) return undefined;
  await trials.admit(manifest.release, notes);
  const parts = await gather(
    wanted,
    async (part) => (await reading.get(part.sha256)) ?? (await fetchPart(host, url, part)),
  );
  const opened = await openProven(bench, manifest, parts);
  return seat.take({ envelope: kept.envelope, manifest, level: wanted.level, parts }, opened);
}
type Reading = Promise<ArrayBuffer | undefined>;
type Shelve = (artefacts: Artefacts) => Promise<void>;

/** Bytes that are not what was signed for are the reason that is told, whatever they look like. */
async function openProven(
  bench: Bench,
  manifest: Manifest,
  parts: ReadonlyMap<Part, ArrayBuffer>,
): Promise<Opened> {
  try {
    for (const [part, { byteLength }] of parts) demandSize(part, byteLength);
    return bench.open(manifest, parts);
  } catch (error) {
    await prove(bench, parts);
    throw error;
  }
}

/**
 * Reckons every hash. What does not verify is not to be met again: the next release to be kept writes it anew.
 * @throws DownloadError
 */
async function prove({ options }: Bench, parts: ReadonlyMap<Part, ArrayBuffer>): Promise<void> {
  const shelf = options.parts();
  const proofs = [...parts].map(async ([part, bytes]) => {
    try {
      await verifyPart(options.host, part, bytes);
    } catch (error) {
      if (error instanceof DownloadError) await shelf.delete(part.sha256).catch(() => undefined);
      throw error;
    }
  });
  await Promise.allSettled(proofs);
  await Promise.all(proofs);
}

/**
 * After the first slate: hashes are reckoned, and what passed its golden input when it was new is tried again by today's code.
 * Bytes that rotted are asked for again; a release that fails is not tried any more, and the one before it serves.
 * @param shelve as every release is kept: in turn with other tabs, a full disk told
 * @throws what it failed by
 */
export async function tryAgain(bench: Bench, serving: Serving, shelve: Shelve): Promise<void> {
  const { options, seat, trials, codeOf } = bench;
  const { manifest, level, artefacts, engine } = serving;
  const wanted = levelsOf(manifest, options.market)[level];
  if (seat.current() !== serving || wanted === undefined) return;
  try {
    await prove(bench, artefacts.parts);
  } catch (error) {
    // Whoever took the seat meanwhile is not what rotted.
    if (seat.current() === serving) await renew(bench, serving, shelve);
    throw error;
  }
  if (seat.current() !== serving) return;
  try {
    tryGolden(engine, wanted.golden, () => options.host.steady());
  } catch (error) {
    await trials.quarantine(manifest.release, codeOf(error));
    await unshelve(options.store(), artefacts.envelope);
    const pointer = await pointerOf(options.store());
    const before = pointer?.current;
    if (seat.current() === serving && before && before.envelope !== artefacts.envelope)
      await revive(bench, before).catch(() => undefined);
    seat.leave(serving);
    throw error;
  }
}

/** The same release with the parts that are gone asked for again, else the one before it, else nobody. */
async function renew(bench: Bench, serving: Serving, shelve: Shelve): Promise<void> {
  const { options, seat } = bench;
  const pointer = await pointerOf(options.store());
  const isKept = pointer?.current.envelope === serving.artefacts.envelope;
  const again = isKept ? await revive(bench, pointer.current).catch(() => undefined) : undefined;
  if (again !== undefined) await shelve(again.artefacts);
  else if (pointer?.previous) await revive(bench, pointer.previous).catch(() => undefined);
  seat.leave(serving);
}
