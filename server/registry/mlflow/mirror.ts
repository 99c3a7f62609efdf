import type { SiteId } from '../../../shared/protocol/ids.ts';
import type { Environment } from '../../environment.ts';
import type { Store } from '../../store/contract.ts';
import type { Mirrored } from '../contract.ts';
import { type MlflowCall, mlflowCalls, mlflowServer } from './client.ts';
import { sendAliases, sendRun } from './send.ts';

export interface MirrorContext {
  readonly site: SiteId;
  readonly environment: Environment;
  now(): number;
}

/**
 * Tells a tracking server, where MLFLOW_TRACKING_URI names one, of a run, of earlier ones that it was not to be had for, and of
 * where the aliases point. Never throws: what came of it is noted with the run and said.
 * @returns undefined: no server is named
 */
export async function mirrorRun(
  { store }: { readonly store: Store },
  { site, environment, now }: MirrorContext,
  run: string,
): Promise<Mirrored | undefined> {
  if (!environment['MLFLOW_TRACKING_URI']) return undefined;
  const note = (of: string, mirrored: Omit<Mirrored, 'to' | 'at'>): Mirrored => {
    const kept: Mirrored = { to: 'mlflow', at: now(), ...mirrored };
    store.runs.note(site, of, 'mirror', kept);
    return kept;
  };
  const failed = (of: string, error: unknown) =>
    note(of, { outcome: 'failed', detail: error instanceof Error ? error.message : String(error) });
  try {
    const server = mlflowServer(environment);
    if (server === undefined) return undefined;
    const call = mlflowCalls(server);
    const sent = await send(call, { store, site, run });
    for (const late of missed(store, site, run)) note(late, await send(call, { store, site, run: late }));
    const last = note(run, sent);
    await sendAliases(call, nameOf(site), {
      aliases: store.runs.aliases(site),
      versions: versionsOf(store, site),
    });
    return last;
  } catch (error) {
    return failed(run, error);
  }
}

const nameOf = (site: SiteId): string => `tacit-${site}`;

async function send(
  call: MlflowCall,
  { store, site, run }: { readonly store: Store; readonly site: SiteId; readonly run: string },
): Promise<Omit<Mirrored, 'to' | 'at'>> {
  const recorded = store.runs.get(site, run);
  if (recorded === undefined) throw new RangeError(`expected a recorded run, found ${run}`);
  const verdict = store.runs.notes(site, run, 'verdict').at(-1);
  const { id, version } = await sendRun(call, { run: recorded, verdict, name: nameOf(site) });
  return { outcome: 'sent', detail: `run ${id}, version ${version} of ${nameOf(site)}`, version };
}

/** Runs whose last word is a failure. */
function missed({ runs }: Store, site: SiteId, but: string): string[] {
  const last = (run: string) => runs.notes(site, run, 'mirror').at(-1);
  return runs
    .list(site)
    .map(({ run }) => run)
    .filter((run) => run !== but && last(run)?.outcome === 'failed')
    .reverse();
}

function versionsOf({ runs }: Store, site: SiteId): Map<string, string> {
  const { champion, challenger } = runs.aliases(site);
  const versions = new Map<string, string>();
  for (const run of [champion, challenger]) {
    const version = run && runs.notes(site, run, 'mirror').findLast((one) => one.version)?.version;
    if (run && version) versions.set(run, version);
  }
  return versions;
}
