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
  quarantine(release: ReleaseId, code: string): Promise<void>;
}

/** What earlier workers took down. */
export type Notes = Pick<Standing, 'quarantine' | 'trial'>;

export function createTrials(site: string, host: Host, store: () => DeviceStore): Trials {
  /** of this worker's life, also where nothing may be kept */
  const failed = new Map<ReleaseId, string>();

  const noted = (body: (rows: Rows) => Promise<void>): Promise<void> => inNotes(store(), body);

  const quarantine: Trials['quarantine'] = (release, code) => {
    failed.set(release, code);
    return noted(async (rows) => {
      const known = ((await stateRow(rows, 'quarantine')) ?? []).filter((one) => one.release !== release);
      const all = [...known, { release, code, at: host.now() }];
      await putState(rows, 'quarantine', all.slice(-MOST_QUARANTINED));
      await rows.delete('state', 'trial');
    });
  };

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
  };
}

export const lockOf = (site: string): string => `tacit:${site}:trial`;

/** A full disk takes no notes: then nothing is remembered beyond this page. */
export const inNotes = (store: DeviceStore, body: (rows: Rows) => Promise<void>): Promise<void> =>
  store.transact(body).catch((error: unknown) => {
    if (!(error instanceof StorageFailure)) throw error;
  });
