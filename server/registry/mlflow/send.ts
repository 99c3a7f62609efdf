import type { RecordedRun } from '../../store/contract.ts';
import type { Aliases, Verdict } from '../contract.ts';
import { type MlflowCall, MlflowError } from './client.ts';

/** What the documentation of `runs/log-batch` allows in one request. */
const MOST_PARAMS = 100;
const MOST_METRICS = 1000;
const MOST_TAGS = 100;
const LONGEST_PARAM = 500;

export interface Sent {
  readonly run: RecordedRun;
  readonly verdict: Verdict | undefined;
  /** experiment and registered model, one a site */
  readonly name: string;
}

/** Names may hold letters, digits, `_ - . / ` and spaces: an @ is written out. */
const nameOf = (name: string): string => name.replaceAll('@', '_at_').replaceAll(/[^\w\-./ ]/g, '_');

/** What was kept of this very run, whatever home it is from. */
const keyOf = (name: string, { run, trained }: RecordedRun): string =>
  `${name}/${run}/${trained.lineage.dataHash.slice(0, 16)}/${trained.lineage.trainedAt}`;

/** Writes a run with parameters, metrics, tags and a model version; again is harmless. @returns the run's id and the model's version */
export async function sendRun(call: MlflowCall, sent: Sent): Promise<{ id: string; version: string }> {
  const experiment = await experimentOf(call, sent.name);
  const { id, artifacts } = await runOf(call, experiment, sent);
  await logAll(call, id, sent);
  const { recordedAt } = sent.run;
  await call('POST', 'runs/update', { run_id: id, status: 'FINISHED', end_time: recordedAt });
  return { id, version: await versionOf(call, { id, artifacts, name: sent.name }) };
}

/** Points the registered model's aliases where the store's point; one that points nowhere is taken away. */
export async function sendAliases(
  call: MlflowCall,
  name: string,
  { aliases, versions }: { readonly aliases: Aliases; readonly versions: ReadonlyMap<string, string> },
): Promise<void> {
  for (const alias of ['champion', 'challenger'] as const) {
    const version = versions.get(aliases[alias] ?? '');
    if (version !== undefined) await call('POST', 'registered-models/alias', { name, alias, version });
    else await call('DELETE', 'registered-models/alias', { name, alias }).catch(unlessMissing);
  }
}

function unlessMissing(error: unknown): Record<string, never> {
  if (
    error instanceof MlflowError &&
    /RESOURCE_DOES_NOT_EXIST|INVALID_PARAMETER_VALUE|HTTP_404/.test(error.code)
  )
    return {};
  throw error;
}

async function experimentOf(call: MlflowCall, name: string): Promise<string> {
  const found = await call('GET', 'experiments/get-by-name', { experiment_name: name }).catch(unlessMissing);
  const known = (found['experiment'] as { experiment_id?: string } | undefined)?.experiment_id;
  if (known !== undefined) return known;
  return String((await call('POST', 'experiments/create', { name }))['experiment_id']);
}

interface RunInfo {
  readonly info: { readonly run_id: string; readonly artifact_uri: string };
}

async function runOf(
  call: MlflowCall,
  experiment: string,
  { run, name }: Sent,
): Promise<{ id: string; artifacts: string }> {
  const key = keyOf(name, run);
  const filter = `tags."tacit.key" = '${key}'`;
  const found = await call('POST', 'runs/search', { experiment_ids: [experiment], filter, max_results: 1 });
  const [known] = (found['runs'] ?? []) as RunInfo[];
  const made =
    known ??
    ((
      await call('POST', 'runs/create', {
        experiment_id: experiment,
        run_name: run.run,
        start_time: run.recordedAt - Math.round(run.trained.lineage.seconds * 1000),
        tags: [{ key: 'tacit.key', value: key }],
      })
    )['run'] as RunInfo);
  return { id: made.info.run_id, artifacts: made.info.artifact_uri };
}

async function logAll(call: MlflowCall, id: string, { run, verdict }: Sent): Promise<void> {
  const { trained, recordedAt: timestamp } = run;
  const { parameters = {}, ...lineage } = trained.lineage;
  const params = Object.entries({ ...parameters, seed: lineage.seed }).map(([key, value]) => ({
    key: nameOf(key),
    value: String(value).slice(0, LONGEST_PARAM),
  }));
  const measured = {
    ...trained.metrics,
    ...gateMetrics(verdict),
    items: trained.items,
    seconds: lineage.seconds,
  };
  const metrics = Object.entries(measured)
    .filter(([, value]) => Number.isFinite(value))
    .map(([key, value]) => ({ key: nameOf(key), value, timestamp, step: 0 }));
  const tags = Object.entries(tagsOf(run, verdict)).map(([key, value]) => ({
    key,
    value: value.slice(0, 5000),
  }));
  for (const batch of batches(params, MOST_PARAMS))
    await call('POST', 'runs/log-batch', { run_id: id, params: batch });
  for (const batch of batches(metrics, MOST_METRICS))
    await call('POST', 'runs/log-batch', { run_id: id, metrics: batch });
  for (const batch of batches(tags, MOST_TAGS))
    await call('POST', 'runs/log-batch', { run_id: id, tags: batch });
}

function tagsOf({ trained }: RecordedRun, verdict: Verdict | undefined): Record<string, string> {
  const { dataHash, code, champion } = trained.lineage;
  const outcome =
    verdict && (verdict.passed ? 'passed' : verdict.forced === undefined ? 'refused' : 'forced');
  return {
    'tacit.data_hash': dataHash,
    'tacit.code': code,
    'tacit.space': trained.space,
    ...(champion === undefined ? {} : { 'tacit.champion': champion }),
    ...(outcome === undefined ? {} : { 'tacit.gate': outcome }),
    ...(verdict?.forced === undefined ? {} : { 'tacit.gate.forced': verdict.forced }),
    ...Object.fromEntries(
      (verdict?.checks ?? []).map((check) => [
        `tacit.gate.${nameOf(check.name.replaceAll(/\W+/g, '_'))}`,
        `${check.passed ? 'passed' : 'failed'}: ${check.warning ?? check.found}`,
      ]),
    ),
  };
}

/** What the gate measured, as figures. */
function gateMetrics(verdict: Verdict | undefined): Record<string, number> {
  const figures = (verdict?.checks ?? []).flatMap(({ name, figures: of = {} }) =>
    Object.entries(of).map(([key, value]) => [`gate.${name.replaceAll(/\W+/g, '_')}.${key}`, value] as const),
  );
  return Object.fromEntries(figures);
}

async function versionOf(
  call: MlflowCall,
  { id, artifacts, name }: { readonly id: string; readonly artifacts: string; readonly name: string },
): Promise<string> {
  await call('POST', 'registered-models/create', { name }).catch((error: unknown) => {
    if (error instanceof MlflowError && error.code === 'RESOURCE_ALREADY_EXISTS') return;
    throw error;
  });
  const found = await call('GET', 'model-versions/search', { filter: `run_id='${id}'` });
  const [known] = (found['model_versions'] ?? []) as { version: string }[];
  if (known !== undefined) return String(known.version);
  const made = await call('POST', 'model-versions/create', {
    name,
    source: `${artifacts}/release`,
    run_id: id,
  });
  return String((made['model_version'] as { version: string }).version);
}

function batches<T>(values: readonly T[], most: number): T[][] {
  return Array.from({ length: Math.ceil(values.length / most) }, (_, at) =>
    values.slice(at * most, (at + 1) * most),
  );
}
