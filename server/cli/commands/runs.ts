import { openHome } from '../../home.ts';
import type { Verdict } from '../../registry/contract.ts';
import { weigh } from '../../registry/gate/size.ts';
import type { RecordedRun, Store } from '../../store/contract.ts';
import type { CliCommand, CliContext } from '../command.ts';

/** What a table has room for, if the run has it. */
const COLUMNS = ['validation.recall@10', 'validation.ndcg@10'] as const;

export const command: CliCommand = {
  name: 'runs',
  description: 'list the runs: which is published, what the gate said, how they measured',
  configure() {},
  async run(_options, context) {
    const home = openHome(context.home);
    try {
      const runs = home.store.runs.list(context.site).map((run) => describe(home.store, context, run));
      return { data: { site: context.site, runs }, lines: table(runs) };
    } finally {
      home.close();
    }
  },
};

type Described = ReturnType<typeof describe>;

function describe({ runs }: Store, { site }: CliContext, run: RecordedRun) {
  const aliases = Object.entries(runs.aliases(site)).flatMap(([name, of]) => (of === run.run ? [name] : []));
  const verdicts = runs.notes(site, run.run, 'verdict');
  const { items, metrics, lineage } = run.trained;
  const { parameters: _, ...from } = lineage;
  return {
    run: run.run,
    aliases,
    recordedAt: run.recordedAt,
    items,
    bytes: weigh(run).whole,
    gate: outcomeOf(verdicts.at(-1)),
    verdict: verdicts.at(-1) ?? null,
    test: { ...verdicts.at(-1)?.checks.find(({ name }) => name === 'popularity')?.figures },
    metrics,
    lineage: from,
    mirror: runs.notes(site, run.run, 'mirror').at(-1) ?? null,
  };
}

function outcomeOf(verdict: Verdict | undefined): string {
  if (verdict === undefined) return 'not judged';
  if (verdict.passed) return verdict.checks.some(({ warning }) => warning) ? 'passed, warned' : 'passed';
  return verdict.forced === undefined ? 'refused' : 'forced';
}

function table(runs: readonly Described[]): string[] {
  if (runs.length === 0) return ['no run yet: tacit import, train'];
  const head = [
    'run',
    'alias',
    'recorded',
    'gate',
    'items',
    'MB',
    'test ndcg',
    'recall@10',
    'ndcg@10',
    'parent',
  ];
  const rows = runs.map(({ run, aliases, recordedAt, gate, items, bytes, test, metrics, lineage }) => [
    run,
    aliases.join(' '),
    new Date(recordedAt).toISOString().slice(0, 16),
    gate,
    String(items),
    (bytes / 1e6).toFixed(2),
    shown(test['ndcg']),
    ...COLUMNS.map((name) => shown(metrics[name])),
    lineage.champion ?? '',
  ]);
  const widths = head.map((name, at) => Math.max(name.length, ...rows.map((row) => row[at]!.length)));
  return [head, ...rows].map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at]!))
      .join('  ')
      .trimEnd(),
  );
}

const shown = (value: number | undefined): string => (value === undefined ? '' : value.toFixed(4));
