import type { Manifest, Part } from '../../shared/protocol/manifest.ts';
import { ManifestError, type Trust } from '../../shared/protocol/signature.ts';
import { StorageFailure } from '../storage/guarded.ts';
import { DownloadError } from './download.ts';
import { type Opened, openBundle } from './open.ts';
import type { ReleaseOptions } from './releases.ts';
import type { Seat } from './seat.ts';
import type { Trials } from './trial.ts';

/** What a release is opened with, wherever it comes from. */
export interface Bench {
  readonly options: ReleaseOptions;
  readonly seat: Seat;
  readonly trials: Trials;
  /** envelopes that were refused in this worker's life */
  readonly refused: Set<string>;
  trust(): Trust;
  open(manifest: Manifest, parts: ReadonlyMap<Part, ArrayBuffer>): Opened;
  /** @throws ManifestError `bad-envelope` */
  parse(envelope: string): unknown;
  codeOf(error: unknown): string;
  /** the code of an error that is the release's own; undefined where wire, disk or memory failed it */
  failureOf(error: unknown): string | undefined;
}

export function createBench(options: ReleaseOptions, seat: Seat, trials: Trials): Bench {
  const { keys, verify, site, host } = options;
  return {
    ...{ options, seat, trials, parse, codeOf, failureOf, refused: new Set() },
    trust: () => ({ keys, verify, site, lowest: seat.highest(), now: host.now() }),
    open: (manifest, parts) => openBundle(manifest.release, parts, options.openKernel()),
  };
}

function parse(envelope: string): unknown {
  try {
    return JSON.parse(envelope);
  } catch (cause) {
    throw new ManifestError('bad-envelope', `not JSON: ${envelope.slice(0, 40)}`, { cause });
  }
}

const hasCode = (error: unknown): error is Error & { code: string } =>
  error instanceof Error && 'code' in error && typeof error.code === 'string';

const codeOf = (error: unknown): string => (hasCode(error) ? error.code : 'release-failed');

function failureOf(error: unknown): string | undefined {
  if (error instanceof DownloadError || error instanceof StorageFailure) return undefined;
  return hasCode(error) ? error.code : undefined;
}
