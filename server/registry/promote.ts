import type { ReleaseId, SiteId } from '../../shared/protocol/ids.ts';
import type { Environment } from '../environment.ts';
import { type PublishContext, publish, runToPublish } from '../publish/publish.ts';
import { rehearse } from '../publish/rehearse.ts';
import type { PublishedRelease } from '../store/contract.ts';
import { GateError, type Verdict } from './contract.ts';
import { judge } from './gate/gate.ts';
import { DEFAULT_LIMITS, type GateLimits } from './gate/limits.ts';

export interface Promotion {
  readonly site: SiteId;
  /** the latest where it is left out */
  readonly run?: string;
  readonly limits?: Partial<GateLimits>;
  /** why the gate's refusal is to be passed over */
  readonly force?: string;
  readonly environment: Environment;
}

/**
 * Judges a run and, if the gate lets it through or a reason is given, publishes it. The verdict is kept with the run either
 * way.
 * @throws PublishError for what no device would activate, whatever the reason; GateError with the verdict
 */
export async function promote(
  context: PublishContext,
  { site, run: named, limits, force, environment }: Promotion,
): Promise<{ readonly released: PublishedRelease; readonly verdict: Verdict }> {
  const { store, artifacts } = context;
  const run = runToPublish(store, { site, ...(named === undefined ? {} : { run: named }) });
  await rehearse(run, artifacts, run.run as ReleaseId);
  const judged = await judge(context, {
    ...{ site, run, environment, now: context.now() },
    limits: { ...DEFAULT_LIMITS, ...limits },
  });
  const verdict: Verdict = force !== undefined && !judged.passed ? { ...judged, forced: force } : judged;
  store.runs.note(site, run.run, 'verdict', verdict);
  if (!verdict.passed && verdict.forced === undefined) throw new GateError(verdict);
  return { released: await publish(context, { site, run: run.run }), verdict };
}
