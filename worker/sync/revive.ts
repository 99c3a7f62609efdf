import type { Manifest, Part } from '../../shared/protocol/manifest.ts';
import type { KeptRelease } from '../storage/rows.ts';
import type { Bench } from './bench.ts';
import type { Opened } from './open.ts';
import type { Serving } from './seat.ts';
import { gather } from './shelved.ts';
import type { Notes } from './trial.ts';

/**
 * A release from storage. What lies there was verified before it was put there, so nobody waits for its hashes: lengths and
 * heads are what is looked at before it serves, and `tryAgain` reckons the hashes afterwards. Age does not matter to what
 * served already.
 */
export async function revive(bench: Bench, kept: KeptRelease, notes?: Notes): Promise<Serving | undefined> {
  const { options, seat, trials } = bench;
  const shelf = options.parts();
  // Asked for before anything is known of them: their addresses are in the pointer.
  const reading = new Map(kept.parts.map((sha256): [string, Reading] => [sha256, shelf.get(sha256)]));
  for (const asked of reading.values()) asked.catch(() => undefined);
  const manifest = await bench.manifestOf(kept.envelope, { lowest: 0, now: 0 });
  const wanted = bench.levelsOf(manifest)[kept.level ?? 'whole'];
  if (wanted === undefined) return undefined;
  await trials.admit(manifest.release, notes);
  const parts = await gather(
    wanted,
    async (part) =>
      (await reading.get(part.sha256)) ??
      (await bench.wire()).fetchPart(options.host, bench.urlOf(part), part),
  );
  const opened = await openProven(bench, manifest, parts);
  return seat.take({ envelope: kept.envelope, manifest, level: wanted.level, parts }, opened);
}
type Reading = Promise<ArrayBuffer | undefined>;

/** Bytes that are not what was signed for are the reason that is told, whatever they look like. */
async function openProven(
  bench: Bench,
  manifest: Manifest,
  parts: ReadonlyMap<Part, ArrayBuffer>,
): Promise<Opened> {
  let failure: unknown;
  try {
    if ([...parts].every(([{ bytes }, { byteLength }]) => bytes === byteLength))
      return bench.open(manifest, parts);
  } catch (error) {
    failure = error;
  }
  await (await bench.wire()).prove(bench, parts);
  throw failure;
}
