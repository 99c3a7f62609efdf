import type { Part } from '../../shared/protocol/manifest.ts';
import { type Bench, codeOf } from './bench.ts';
import { DownloadError, verifyPart } from './download.ts';
import { tryGolden } from './golden.ts';
import type { Serving } from './seat.ts';
import { unshelve } from './shelve.ts';
import { pointerOf } from './shelved.ts';

/**
 * Reckons every hash. What does not verify is not to be met again: the next release to be kept writes it anew.
 * @throws DownloadError
 */
export async function prove({ options }: Bench, parts: ReadonlyMap<Part, ArrayBuffer>): Promise<void> {
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
 * Bytes that rotted are asked for again; a release that fails is not tried any more, and the one before it serves. Whoever
 * serves after a failure is for the caller to keep.
 * @throws what it failed by
 */
export async function tryAgain(bench: Bench, serving: Serving): Promise<void> {
  const { options, seat, trials } = bench;
  const { manifest, level, artefacts, engine } = serving;
  const wanted = bench.levelsOf(manifest)[level];
  if (seat.current() !== serving || wanted === undefined) return;
  try {
    await prove(bench, artefacts.parts);
  } catch (error) {
    // Whoever took the seat meanwhile is not what rotted.
    if (seat.current() === serving) await renew(bench, serving);
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
      await bench.revive(before).catch(() => undefined);
    seat.leave(serving);
    throw error;
  }
}

/** The same release with the parts that are gone asked for again, else the one before it, else nobody. */
async function renew(bench: Bench, serving: Serving): Promise<void> {
  const { options, seat } = bench;
  const pointer = await pointerOf(options.store());
  const isKept = pointer?.current.envelope === serving.artefacts.envelope;
  const again = isKept ? await bench.revive(pointer.current).catch(() => undefined) : undefined;
  if (again === undefined && pointer?.previous) await bench.revive(pointer.previous).catch(() => undefined);
  seat.leave(serving);
}
