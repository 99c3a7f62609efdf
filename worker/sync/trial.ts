import type { ReleaseId } from '../../shared/protocol/ids.ts';
import type { Host } from '../host.ts';
import { StorageFailure } from '../storage/failure.ts';
import type { DeviceStore } from '../storage/rows.ts';
import { putState, type Rows, stateRow } from '../storage/rows.ts';
import { type Standing, standingOf } from '../storage/standing.ts';

/** Workers that may die while they try a release: one may be bad luck, as a page that was left. */
const MOST_BEGUN = 2;
const MOST_QUARANTINED = 8;

export class QuarantineError extends Error {
  override readonly name = 'QuarantineError';
  readonly code = 'release-quarantined';
}

/**
 * Releases are tried before they serve, and a release that failed is not tried again: neither by this page nor, where the
 * device may keep anything, by the next. A release that hangs takes its worker with it, so what is being tried is written
 * down first: the third worker to find such a note believes it.
 */
export interface Trials {
  /** @throws QuarantineError for a release that has failed here before @param notes read already */
  admit(release: ReleaseId, notes?: Notes): Promise<void>;
  /** runs `work`, and takes down that it began and that it ended */
  run<T>(release: ReleaseId, work: () => T): Promise<T>;
  quarantine(release: ReleaseId, code: string): Promise<void>;
}

/** What earlier workers took down. */
export type Notes = Pick<Standing, 'quarantine' | 'trial'>;

export function createTrials(site: string, host: Host, store: () => DeviceStore): Trials {
  /** of this worker's life, also where nothing may be kept */
  const failed = new Map<ReleaseId, string>();

  /** A full disk takes no notes: then nothing is remembered beyond this page. */
  const noted = (body: (rows: Rows) => Promise<void>): Promise<void> =>
    store()
      .transact(body)
      .catch((error: unknown) => {
        if (!(error instanceof StorageFailure)) throw error;
      });

  const quarantine: Trials['quarantine'] = (release, code) => {
    failed.set(release, code);
    return noted(async (rows) => {
      const known = ((await stateRow(rows, 'quarantine')) ?? []).filter((one) => one.release !== release);
      const all = [...known, { release, code, at: host.now() }];
      await putState(rows, 'quarantine', all.slice(-MOST_QUARANTINED));
      await rows.delete('state', 'trial');
    });
  };
  const begin = (release: ReleaseId): Promise<void> =>
    noted(async (rows) => {
      const before = await stateRow(rows, 'trial');
      const begun = before?.release === release ? before.begun : 0;
      await putState(rows, 'trial', { release, begun: begun + 1 });
    });
  const end = (): Promise<void> => noted((rows) => rows.delete('state', 'trial'));

  return {
    quarantine,
    async admit(release, notes) {
      const { quarantine: known, trial } = notes ?? (await standingOf(store()));
      let code = failed.get(release) ?? known?.find((one) => one.release === release)?.code;
      if (code === undefined && trial?.release === release && trial.begun >= MOST_BEGUN) {
        // Another tab may be trying it at this very moment: then its note tells of nothing.
        const isAbandoned = await host.exclusively(lockOf(site), async () => undefined);
        if (isAbandoned) {
          code = 'release-hangs';
          await quarantine(release, code);
        }
      }
      if (code !== undefined)
        throw new QuarantineError(`${release} failed here before (${code}): it is not tried again`);
    },
    run(release, work) {
      // Memory ends with the worker: a note there would be read by nobody.
      if (store().kind === 'memory') return attempt(work);
      return new Promise((resolve, reject) => {
        const noteDown = async (): Promise<void> => {
          await begin(release);
          const outcome = attempt(work);
          outcome.then(resolve, reject);
          // Nobody waits for the note to go, but the lock: until then another tab would believe it.
          await outcome.catch(() => undefined);
          await end();
        };
        host
          .exclusively(lockOf(site), noteDown)
          .then((ran) => (ran ? undefined : attempt(work).then(resolve, reject)), reject);
      });
    },
  };
}

const attempt = async <T>(work: () => T): Promise<T> => work();

const lockOf = (site: string): string => `tacit:${site}:trial`;
