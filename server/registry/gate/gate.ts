import type { SiteId } from '../../../shared/protocol/ids.ts';
import type { Environment } from '../../environment.ts';
import type { RecordedRun } from '../../store/contract.ts';
import type { Verdict } from '../contract.ts';
import type { ParityLevel } from '../parity/answers.ts';
import { examOf, filesOf, type Registry } from '../record.ts';
import { driftChecks } from './drift.ts';
import type { GateLimits } from './limits.ts';
import { parityChecks } from './parity.ts';
import { qualityChecks } from './quality.ts';
import { sizeChecks } from './size.ts';

export interface Judged {
  readonly site: SiteId;
  readonly run: RecordedRun;
  readonly limits: GateLimits;
  readonly environment: Environment;
  readonly now: number;
}

/** Asks everything of a run that a release must answer. Reads alone: promoting is another matter. @throws ArtifactError */
export async function judge(
  registry: Registry,
  { site, run, limits, environment, now }: Judged,
): Promise<Verdict> {
  const { store, artifacts } = registry;
  const { champion } = store.runs.aliases(site);
  // What is published already is judged as it was: against what it replaced no more.
  const rival = champion === undefined || champion === run.run ? undefined : store.runs.get(site, champion);
  const files = await filesOf(artifacts, run);
  const checks = [
    ...qualityChecks(examOf(registry, site, run.run), rival?.run, limits),
    ...(await parityChecks(await levelsOf(registry, run, files), environment)),
    ...sizeChecks(run, rival, limits),
    ...driftChecks(
      { run: files, champion: rival && (await filesOf(artifacts, rival)) },
      run.trained.golden.now,
      limits,
    ),
  ];
  return {
    run: run.run,
    champion: rival?.run ?? null,
    at: now,
    checks,
    passed: checks.every(({ passed }) => passed),
  };
}

async function levelsOf(
  { artifacts }: Registry,
  run: RecordedRun,
  files: ReadonlyMap<string, Uint8Array>,
): Promise<ParityLevel[]> {
  const { golden, head } = run.trained;
  const whole: ParityLevel = { level: 'whole', files, golden };
  if (head === undefined) return [whole];
  return [whole, { level: 'head', files: await filesOf(artifacts, run, 'head'), golden: head.golden }];
}
