import type { ReleaseId } from '../../shared/protocol/ids.ts';
import { type DeviceStore, putState, stateRow } from '../storage/rows.ts';
import type { ReleaseOptions } from './releases.ts';
import { inNotes, lockOf } from './trial.ts';

/** Runs `work`, and takes down that it began and that it ended. */
export function attempted<T>(
  { store, host, site }: Pick<ReleaseOptions, 'store' | 'host' | 'site'>,
  release: ReleaseId,
  work: () => T,
): Promise<T> {
  // Memory ends with the worker: a note there would be read by nobody.
  if (store().kind === 'memory') return attempt(work);
  return new Promise((resolve, reject) => {
    const noteDown = async (): Promise<void> => {
      await begin(store(), release);
      const outcome = attempt(work);
      outcome.then(resolve, reject);
      // Nobody waits for the note to go, but the lock: until then another tab would believe it.
      await outcome.catch(() => undefined);
      await end(store());
    };
    host
      .exclusively(lockOf(site), noteDown)
      .then((ran) => (ran ? undefined : attempt(work).then(resolve, reject)), reject);
  });
}

const attempt = async <T>(work: () => T): Promise<T> => work();

const begin = (store: DeviceStore, release: ReleaseId): Promise<void> =>
  inNotes(store, async (rows) => {
    const before = await stateRow(rows, 'trial');
    const begun = before?.release === release ? before.begun : 0;
    await putState(rows, 'trial', { release, begun: begun + 1 });
  });
const end = (store: DeviceStore): Promise<void> => inNotes(store, (rows) => rows.delete('state', 'trial'));
