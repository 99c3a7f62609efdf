import type { SiteId } from '../../shared/protocol/ids.ts';
import type { RecordedRun, Store } from '../store/contract.ts';
import { type Options, RefusedError, UsageError } from './command.ts';

/**
 * The run that `--run` or `--release` names, else the current release's, else the latest.
 * @throws RefusedError for one that is not there, UsageError for both at once
 */
export function chosenRun(store: Store, site: SiteId, options: Options & { command: string }): RecordedRun {
  const { command } = options;
  const { runs, releases } = store;
  const [named, release] = [options['run'], options['release']];
  if (typeof named === 'string' && typeof release === 'string')
    throw new UsageError(`${command}: expected --run or --release, found both`);
  const id =
    typeof release === 'string'
      ? runOf(store, site, { release, command })
      : typeof named === 'string'
        ? named
        : releases.current(site)?.run;
  const run = id === undefined ? runs.latest(site) : runs.get(site, id);
  if (run !== undefined) return run;
  const found = id === undefined ? 'no run at all' : `no run ${id}`;
  throw new RefusedError('no-run', `${command}: site ${site} has ${found}: train first`);
}

/** The run behind a release, named by its id or by its version. */
export function runOf(
  { releases }: Store,
  site: SiteId,
  { release, command }: { readonly release: string; readonly command: string },
): string {
  const known = releases.list(site);
  const found = known.find((one) => one.release === release || String(one.version) === release);
  if (found !== undefined) return found.run;
  const names = known.map((one) => `${one.release} (version ${one.version})`).join(', ') || 'none';
  throw new RefusedError('no-release', `${command}: site ${site} has no release ${release}, but: ${names}`);
}
