import type { Kernel } from '../../shared/kernel/contract.ts';
import type { ReleaseId, SiteId } from '../../shared/protocol/ids.ts';
import type { Verify } from '../../shared/protocol/signature.ts';
import type { Host } from '../host.ts';
import { StorageFailure } from '../storage/guarded.ts';
import type { PartStore } from '../storage/parts.ts';
import type { DeviceStore, KeptRelease } from '../storage/rows.ts';
import { type Standing, standingOf } from '../storage/standing.ts';
import { createBench } from './bench.ts';
import type { LevelName } from './levels.ts';
import { look } from './look.ts';
import { createSeat, type Serving } from './seat.ts';
import { type Artefacts, shedParts } from './shelved.ts';
import { createTrials, type Notes } from './trial.ts';

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

const disk = () => import('../disk.ts');

/** After the first slate of a page, ms. */
const TRY_AGAIN = 3_000;

/**
 * Bundle down: manifest, signature, parts by hash, opened, tried on its golden input, swapped in, and kept. Where nothing
 * serves yet, and where the connection is slow or saves data, the head comes first. Whatever fails on the way leaves the
 * release before serving, and is told by its code.
 */
export function createReleases(options: ReleaseOptions): Releases {
  const { host, site, trouble } = options;
  const seat = createSeat(options.onRelease);
  const bench = createBench(options, seat, createTrials(site, host, options.store));
  let looking: Promise<boolean> | undefined;

  const told = async <T>(work: Promise<T>): Promise<T | undefined> => {
    try {
      return await work;
    } catch (error) {
      if (!seat.isClosed()) trouble(bench.codeOf(error), messageOf(error));
      return undefined;
    }
  };

  const shelveOrShed = async (artefacts: Artefacts): Promise<void> => {
    const [store, parts] = [options.store(), options.parts()];
    // Memory keeps what serves already; a second copy would be no use.
    if (store.kind === 'memory') return;
    try {
      const { shelve } = await disk();
      // Another tab that is at it keeps the same release, or a newer one.
      await host.exclusively(`tacit:${site}:shelf`, () => shelve({ store, parts }, artefacts));
    } catch (error) {
      if (!(error instanceof StorageFailure)) throw error;
      trouble(error.code, `the bundle is not kept: ${error.message}`);
      await shedParts(parts);
    }
  };

  const refresh = (): Promise<boolean> => {
    looking ??= told(look(bench, shelveOrShed))
      .then((swapped) => swapped === true)
      .finally(() => {
        looking = undefined;
      });
    return looking;
  };

  const reviveFirst = async (kept: KeptRelease | null | undefined, notes: Notes): Promise<void> => {
    if (!kept || seat.current() !== undefined) return;
    const { revive, tryAgain } = await disk();
    const revived = await told(revive(bench, kept, notes));
    if (revived !== undefined) host.later(TRY_AGAIN, () => void told(tryAgain(bench, revived, shelveOrShed)));
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
      const fresh = refresh();
      if (seat.current() === undefined) await Promise.race([fresh, seat.first]);
    },
    async keep() {
      const serving = seat.current();
      if (serving !== undefined) await shelveOrShed(serving.artefacts);
    },
    close() {
      stopListening();
      seat.close();
    },
  };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
