import type { Manifest, Part } from '../../shared/protocol/manifest.ts';
import { artifactUrl, manifestUrl } from '../../shared/protocol/routes.ts';
import { ManifestError, openManifest, type Trust } from '../../shared/protocol/signature.ts';
import type { KeptRelease } from '../storage/rows.ts';
import type { fetchPart } from './download.ts';
import { type Levels, levelsOf } from './levels.ts';
import { type Opened, openBundle } from './open.ts';
import type { ReleaseOptions } from './releases.ts';
import type { Seat, Serving } from './seat.ts';
import { createTrials, type Notes, type Trials } from './trial.ts';

/** What a kept release asks of the part that takes releases off the wire, should something of it be missing or rotten. */
export interface Wire {
  fetchPart: typeof fetchPart;
  prove(bench: Bench, parts: ReadonlyMap<Part, ArrayBuffer>): Promise<void>;
}

/** Parts of the script, by whoever needs them first; handed in, since parts that load each other would be one. */
export interface Later {
  wire(): Promise<Wire>;
  disk(): Promise<{ revive(bench: Bench, kept: KeptRelease, notes?: Notes): Promise<Serving | undefined> }>;
}

/** What a release is opened with, wherever it comes from. */
export interface Bench {
  readonly options: ReleaseOptions;
  readonly seat: Seat;
  readonly trials: Trials;
  readonly wire: Later['wire'];
  /** envelopes that were refused in this worker's life */
  readonly refused: Set<string>;
  readonly manifestUrl: string;
  urlOf(part: Part): string;
  /**
   * @param limits what of a fresh manifest's demands is dropped for one that served here before
   * @throws ManifestError
   */
  manifestOf(envelope: string, limits?: Partial<Pick<Trust, 'lowest' | 'now'>>): Promise<Manifest>;
  /** what of a release is for this device's market */
  levelsOf(manifest: Manifest): Levels;
  /** a release from storage @returns undefined where this device serves no such level, or was closed */
  revive(kept: KeptRelease, notes?: Notes): Promise<Serving | undefined>;
  open(manifest: Manifest, parts: ReadonlyMap<Part, ArrayBuffer>): Opened;
}

export function createBench(options: ReleaseOptions, seat: Seat, later: Later): Bench {
  const { keys, verify, site, url, host } = options;
  const bench: Bench = {
    ...{ options, seat, refused: new Set() },
    trials: createTrials(site, host, options.store),
    wire: later.wire,
    manifestUrl: manifestUrl(url, site),
    urlOf: ({ sha256 }) => artifactUrl(url, sha256),
    manifestOf: async (envelope, limits) =>
      openManifest(parse(envelope), {
        ...{ keys, verify, site, lowest: seat.highest(), now: host.now() },
        ...limits,
      }),
    levelsOf: (manifest) => levelsOf(manifest, options.market),
    open: (manifest, parts) => openBundle(manifest.release, parts, options.openKernel()),
    revive: async (kept, notes) => (await later.disk()).revive(bench, kept, notes),
  };
  return bench;
}

/** @throws ManifestError `bad-envelope` */
function parse(envelope: string): unknown {
  try {
    return JSON.parse(envelope);
  } catch (cause) {
    throw new ManifestError('bad-envelope', `not JSON: ${envelope.slice(0, 40)}`, { cause });
  }
}

export const hasCode = (error: unknown): error is Error & { code: string } =>
  error instanceof Error && 'code' in error && typeof error.code === 'string';

export const codeOf = (error: unknown): string => (hasCode(error) ? error.code : 'release-failed');
