import type { Manifest, Part } from '../../shared/protocol/manifest.ts';
import { StorageFailure } from '../storage/failure.ts';
import { attempted } from './attempt.ts';
import { type Bench, codeOf, hasCode } from './bench.ts';
import { DownloadError, fetchEnvelope, fetchPart, verifyPart } from './download.ts';
import { tryGolden } from './golden.ts';
import type { Wanted } from './levels.ts';
import type { Opened } from './open.ts';
import { keep } from './shelve.ts';
import { gather } from './shelved.ts';

/**
 * One look at what the server publishes. @returns whether another release, or more of this one, serves afterwards
 * @throws the error of the step that failed, with its code; the release before serves
 */
export async function look(bench: Bench): Promise<boolean> {
  const { options, seat, trials, refused } = bench;
  const { host } = options;
  const envelope = await fetchEnvelope(host, bench.manifestUrl);
  const serving = seat.current();
  const isWhole = serving?.level === 'whole';
  const isSame = envelope === serving?.artefacts.envelope;
  if (isSame && isWhole) return false;
  const manifest = isSame ? serving.manifest : await bench.manifestOf(envelope);
  if (isWhole && manifest.version === serving.manifest.version) return false;
  // Said once: a release that cannot serve is not opened again at every look.
  if (refused.has(envelope)) return false;
  try {
    await trials.admit(manifest.release);
    let swapped = false;
    let coming: Promise<Bytes> | undefined;
    const levels = levelsToTake(bench, manifest);
    for (const [at, wanted] of levels.entries()) {
      const parts = await (coming ?? fetched(bench, wanted));
      const next = levels[at + 1];
      // The line is free while this level is opened.
      coming = next && fetched(bench, next, parts);
      coming?.catch(() => undefined);
      swapped = (await take(bench, { envelope, manifest, wanted, parts })) || swapped;
    }
    return swapped;
  } catch (error) {
    if (codeOf(error) !== 'part-unreachable') refused.add(envelope);
    throw error;
  }
}

/** The head where there is nothing to answer from yet; it alone where bytes are dear and no whole release serves. */
function levelsToTake({ options, seat, levelsOf }: Bench, manifest: Manifest): Wanted[] {
  const { host } = options;
  const { head, whole } = levelsOf(manifest);
  const serving = seat.current();
  if (head === undefined) return [whole];
  const hasHead = serving?.level === 'head' && serving.manifest.release === manifest.release;
  const first = serving === undefined || (serving.level === 'head' && !hasHead) ? [head] : [];
  if (!host.isFrugal()) return [...first, whole];
  const isStale = serving !== undefined && serving.manifest.expiresAt <= host.now();
  return serving?.level === 'whole' && isStale ? [head] : first;
}

type Bytes = ReadonlyMap<Part, ArrayBuffer>;

/** @param before what was fetched for another level of the same release: a part of both is fetched once */
const fetched = (bench: Bench, wanted: Wanted, before?: Bytes): Promise<Bytes> =>
  gather(
    wanted,
    async (part) =>
      before?.get(part) ??
      (await held(bench, part)) ??
      fetchPart(bench.options.host, bench.urlOf(part), part),
  );

interface Taking {
  readonly envelope: string;
  readonly manifest: Manifest;
  readonly wanted: Wanted;
  readonly parts: Bytes;
}

async function take(bench: Bench, { envelope, manifest, wanted, parts }: Taking): Promise<boolean> {
  const { options, seat } = bench;
  if (seat.isClosed()) return false;
  const opened = await tried(bench, { manifest, wanted, parts });
  const artefacts = { envelope, manifest, level: wanted.level, parts };
  if (seat.take(artefacts, opened) === undefined) return false;
  // A head that its whole is about to follow is not worth the disk.
  if (wanted.level === 'whole' || options.host.isFrugal()) await keep(options, artefacts);
  return true;
}

/** What serves may have come off the disk, and its hashes not be reckoned yet. */
async function held({ seat, options }: Bench, part: Part): Promise<ArrayBuffer | undefined> {
  const known = [...(seat.current()?.artefacts.parts ?? [])].find(([{ sha256 }]) => sha256 === part.sha256);
  if (known === undefined) return undefined;
  return verifyPart(options.host, part, known[1]).then(
    () => known[1],
    () => undefined,
  );
}

interface Trying {
  readonly manifest: Manifest;
  readonly wanted: Wanted;
  readonly parts: ReadonlyMap<Part, ArrayBuffer>;
}

/** Opens a release that never served here, and asks for its golden slate. What fails is not tried again. */
async function tried({ open, trials, options }: Bench, trying: Trying): Promise<Opened> {
  const { manifest, wanted, parts } = trying;
  try {
    return await attempted(options, manifest.release, () => {
      const opened = open(manifest, parts);
      try {
        tryGolden(opened.engine, wanted.golden, () => options.host.steady());
        return opened;
      } catch (error) {
        opened.close();
        throw error;
      }
    });
  } catch (error) {
    const failure = failureOf(error);
    if (failure !== undefined) await trials.quarantine(manifest.release, failure);
    throw error;
  }
}

/** The code of an error that is the release's own; undefined where wire, disk or memory failed it. */
function failureOf(error: unknown): string | undefined {
  if (error instanceof DownloadError || error instanceof StorageFailure) return undefined;
  return hasCode(error) ? error.code : undefined;
}
