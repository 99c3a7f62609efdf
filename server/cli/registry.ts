import type { CliCommand } from './command.ts';

/** A command as `tacit --help` knows it: a name and a sentence; the rest is loaded when it is called. */
export interface CommandEntry {
  readonly name: string;
  readonly description: string;
  load(): Promise<{ readonly command: CliCommand }>;
}

/** In the order of a release's life. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'import',
    description: 'read a catalogue or interactions from files into the store',
    load: () => import('./commands/import.ts'),
  },
  {
    name: 'train',
    description: 'fit the models on the store and record a run',
    load: () => import('./commands/train.ts'),
  },
  {
    name: 'evaluate',
    description: 'measure the device funnel on the store against popularity and item-kNN',
    load: () => import('./commands/evaluate.ts'),
  },
  {
    name: 'report',
    description: 'judge a release by the funnel that devices have: metrics, slices, sources, stages, prices',
    load: () => import('./commands/report.ts'),
  },
  {
    name: 'slates',
    description: 'write what a release would show, one JSON object a line, for others to grade',
    load: () => import('./commands/slates.ts'),
  },
  {
    name: 'publish',
    description: 'judge a recorded run and sign it as the next release',
    load: () => import('./commands/publish.ts'),
  },
  {
    name: 'runs',
    description: 'list the runs: which is published, what the gate said, how they measured',
    load: () => import('./commands/runs.ts'),
  },
  {
    name: 'serve',
    description: 'serve bundles, events and candidates over HTTP',
    load: () => import('./commands/serve.ts'),
  },
  {
    name: 'rollback',
    description: 'release an earlier release again, under a higher version',
    load: () => import('./commands/rollback.ts'),
  },
  {
    name: 'export',
    description: "write a release's ranker as an ONNX model with its sidecar",
    load: () => import('./commands/export.ts'),
  },
  {
    name: 'benchmark',
    description: 'train and measure on a public data set (sequences or sessions)',
    load: () => import('./commands/benchmark.ts'),
  },
  {
    name: 'doctor',
    description: 'check this machine and this home folder',
    load: () => import('./commands/doctor.ts'),
  },
];
