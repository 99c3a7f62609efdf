import { openManifest } from '../../shared/protocol/signature.ts';
import type { KeptRelease } from '../storage/rows.ts';
import type { Bench } from './bench.ts';
import { fetchPart, verifyPart } from './download.ts';
import { tryGolden } from './golden.ts';
import { levelsOf } from './levels.ts';
import { gather } from './look.ts';
import type { Opened } from './open.ts';
import type { Serving } from './seat.ts';
import { unshelve } from './shelve.ts';
import { pointerOf } from './shelved.ts';

/**
 * A release from storage: verified like the wire, since disks tear too, but while it is being opened, and before it
 * serves. Age does not matter to what served already.
 */
export async function revive(bench: Bench, kept: KeptRelease): Promise<Serving | undefined> {
  const { options, seat, trials } = bench;
  const { host, url, market } = options;
  const shelf = options.parts();
  // Asked for before anything is known of them: their addresses are in the pointer.
  const reading = new Map(kept.parts.map((sha256): [string, Reading] => [sha256, shelf.get(sha256)]));
  for (const part of reading.values()) part.catch(() => undefined);
  const trust = { ...bench.trust(), lowest: 0, now: 0 };
  const manifest = await openManifest(bench.parse(kept.envelope), trust);
  const wanted = levelsOf(manifest, market)[kept.level ?? 'whole'];
  if (wanted === undefined) return undefined;
  await trials.admit(manifest.release);
  const checks: Promise<void>[] = [];
  const parts = await gather(wanted, async (part) => {
    const found = await reading.get(part.sha256);
    if (found === undefined) return fetchPart(host, url, part);
    const check = verifyPart(host, part, found);
    // It is not to be met again: the next release to be kept writes it anew.
    check.catch(() => shelf.delete(part.sha256).catch(() => undefined));
    checks.push(check);
    return found;
  });
  const verified = Promise.all(checks);
  verified.catch(() => undefined);
  const opened = await openedAfter(verified, () => bench.open(manifest, parts));
  return seat.take({ envelope: kept.envelope, manifest, level: wanted.level, parts }, opened);
}
type Reading = Promise<ArrayBuffer | undefined>;

/** Opens while the hashes are reckoned; bytes that do not verify are the reason that is told, whatever they look like. */
async function openedAfter(verified: Promise<unknown>, open: () => Opened): Promise<Opened> {
  let opened: Opened;
  try {
    opened = open();
  } catch (error) {
    await verified;
    throw error;
  }
  try {
    await verified;
    return opened;
  } catch (error) {
    opened.close();
    throw error;
  }
}

/**
 * What passed its golden input when it was new is tried again by today's code, after the first slate. Where it fails it is
 * not tried any more, and the release before it serves.
 * @throws what it failed by
 */
export async function tryAgain(bench: Bench, serving: Serving): Promise<void> {
  const { options, seat, trials, codeOf } = bench;
  const { manifest, level, artefacts, engine } = serving;
  const wanted = levelsOf(manifest, options.market)[level];
  if (seat.current() !== serving || wanted === undefined) return;
  try {
    tryGolden(engine, wanted.golden, () => options.host.steady());
  } catch (error) {
    await trials.quarantine(manifest.release, codeOf(error));
    await unshelve(options.store(), artefacts.envelope);
    const pointer = await pointerOf(options.store());
    if (pointer !== undefined && pointer.current.envelope !== artefacts.envelope)
      await revive(bench, pointer.current).catch(() => undefined);
    seat.leave(serving);
    throw error;
  }
}
