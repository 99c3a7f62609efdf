import type { Kernel } from '../../shared/kernel/contract.ts';
import type { ReleaseId, SiteId } from '../../shared/protocol/ids.ts';
import type { Verify } from '../../shared/protocol/signature.ts';
import type { Host } from '../host.ts';
import type { PartStore } from '../storage/parts.ts';
import type { DeviceStore, KeptRelease } from '../storage/rows.ts';
import { type Standing, standingOf } from '../storage/standing.ts';
import { codeOf, createBench } from './bench.ts';
import type { LevelName } from './levels.ts';
import { createSeat, type Serving } from './seat.ts';
import type { Notes } from './trial.ts';
import { wire } from './wire-later.ts';

export type { Serving } from './seat.ts';

export interface ReleaseOptions {
  readonly site: SiteId;
  readonly url: string;
  readonly keys: readonly string[];
  /** whose cards are loaded; a release's first where it is not said */
  readonly market: string | undefined;
  readonly verify: Verify;
  readonly host: Host;
  /** a kernel of its own for each release: its memory goes when the release goes */
  openKernel(): Kernel;
  store(): DeviceStore;
  parts(): PartStore;
  trouble(code: string, message: string): void;
  /** called after the swap: whatever asks from now on is answered by this release, at this level */
  onRelease(release: ReleaseId, level: LevelName): void;
}

export interface Releases {
  current(): Serving | undefined;
  /** what the device kept, else what the server publishes; settles when either serves or neither can */
  start(standing?: Promise<Standing>): Promise<void>;
  /** @returns whether another release, or more of this one, serves afterwards */
  refresh(): Promise<boolean>;
  /** consent came: keeps what serves */
  keep(): Promise<void>;
  close(): void;
}

/** After what was kept serves, ms: the first slate of a page comes before a look for news. */
const LOOK = 500;
const TRY_AGAIN = 3_000;

/**
 * Bundle down: manifest, signature, parts by hash, opened, tried on its golden input, swapped in, and kept. Where nothing
 * serves yet, and where the connection is slow or saves data, the head comes first. Whatever fails on the way leaves the
 * release before serving, and is told by its code.
 */
export function createReleases(options: ReleaseOptions): Releases {
  const { host, trouble } = options;
  const seat = createSeat(options.onRelease);
  const bench = createBench(options, seat, { wire, disk: () => import('../disk.ts') });
  let looking: Promise<boolean> | undefined;

  const told = async <T>(work: Promise<T>): Promise<T | undefined> => {
    try {
      return await work;
    } catch (error) {
      if (!seat.isClosed()) trouble(codeOf(error), messageOf(error));
      return undefined;
    }
  };

  const refresh = (): Promise<boolean> => {
    looking ??= told(wire().then(({ look }) => look(bench)))
      .then((swapped) => swapped === true)
      .finally(() => {
        looking = undefined;
      });
    return looking;
  };

  const keep = async (): Promise<void> => {
    const serving = seat.current();
    if (serving !== undefined) await told(wire().then((news) => news.keep(options, serving.artefacts)));
  };

  const reviveFirst = async (kept: KeptRelease | null | undefined, notes: Notes): Promise<void> => {
    if (!kept || seat.current() !== undefined) return;
    const revived = await told(bench.revive(kept, notes));
    if (revived === undefined) return;
    const tryAgain = async (): Promise<void> => {
      try {
        await (await wire()).tryAgain(bench, revived);
      } catch (error) {
        // What rotted and was deleted may be a part of a newer release too, which found it standing when it was kept.
        await looking;
        await keep();
        throw error;
      }
    };
    host.later(TRY_AGAIN, () => void told(tryAgain()));
  };

  const stopListening = host.onConnection(() => {
    if (seat.current()?.level === 'head' && !host.isFrugal()) void refresh();
  });

  return {
    current: seat.current,
    refresh,
    async start(standing = standingOf(options.store())) {
      const { releases: pointer, ...notes } = await standing;
      seat.raise(pointer?.ratchet ?? 0);
      await reviveFirst(pointer?.current, notes);
      await reviveFirst(pointer?.previous, notes);
      if (seat.current() === undefined) await Promise.race([refresh(), seat.first]);
      else host.later(LOOK, () => void refresh());
    },
    keep,
    close() {
      stopListening();
      seat.close();
    },
  };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
