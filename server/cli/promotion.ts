import type { Home } from '../home.ts';
import type { Mirrored } from '../registry/contract.ts';
import { mirrorRun } from '../registry/mlflow/mirror.ts';
import { promote } from '../registry/promote.ts';
import type { CliContext, Options, Report } from './command.ts';
import { gateChoices, verdictLines } from './gate-report.ts';
import { releaseReport } from './release-report.ts';

/** Judges a run, publishes it if it may be, tells the tracking server. @throws GateError, PublishError */
export async function promoted(
  home: Home,
  options: Options,
  context: CliContext & { readonly run?: string },
): Promise<Report> {
  const { site, environment, now, run } = context;
  const around = { store: home.store, artifacts: home.artifacts, keys: home.keys, now };
  const asked = { site, environment, ...gateChoices(options), ...(run === undefined ? {} : { run }) };
  const { released, verdict } = await promote(around, asked).catch(async (error: unknown) => {
    // A refusal is a result too.
    const refused = run ?? home.store.runs.latest(site)?.run;
    if (refused !== undefined) await mirrorRun(home, context, refused);
    throw error;
  });
  const { data, lines } = releaseReport(site, released);
  const made = { data: { ...data, verdict }, lines: [...verdictLines(verdict), ...lines] };
  return withMirror(made, await mirrorRun(home, context, released.run));
}

/** Says what the tracking server made of it; nothing where there is none. */
export function withMirror({ data, lines }: Report, mirrored: Mirrored | undefined): Report {
  if (mirrored === undefined) return { data, lines };
  const { outcome, detail } = mirrored;
  return {
    data: { ...data, mlflow: { outcome, detail } },
    lines: [...lines, `mlflow: ${outcome}: ${detail}`],
  };
}
