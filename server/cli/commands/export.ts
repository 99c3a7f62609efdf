import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Argument, Option } from 'commander';
import { loadKernel } from '../../../shared/kernel/load.ts';
import { openHome } from '../../home.ts';
import { exportReleaseRanker, type WantedRanker } from '../../publish/export-ranker.ts';
import { chosenRun } from '../chosen-run.ts';
import { type CliCommand, type Options, RefusedError, type Report } from '../command.ts';

export const command: CliCommand = {
  name: 'export',
  description: "write a release's ranker as an ONNX model with its sidecar",
  configure(command) {
    command
      .addArgument(new Argument('<what>').choices(['ranker']))
      .addOption(new Option('--format <name>', 'of the model').choices(['onnx']).default('onnx'))
      .option('--int8', 'weights as integers, a third of the bytes')
      .addOption(
        new Option('--kind <name>', 'default: the one that the release ranks with').choices([
          'small',
          'deep',
        ]),
      )
      .option('--run <id>', "which run; the current release's, else the latest, where left out")
      .requiredOption('--out <folder>', 'where ranker.onnx and ranker.json go');
  },
  async run(options, context) {
    const home = openHome(context.home);
    try {
      const run = chosenRun(home.store, context.site, { ...options, command: 'export' });
      const part = run.parts.find(({ role }) => role === 'weights');
      if (part === undefined) throw new RefusedError('no-ranker', `export: run ${run.run} has no weights`);
      const exported = exportReleaseRanker(
        await home.artifacts.read(part.sha256),
        wanted(options),
        loadKernel(),
      );
      return written(run.run, resolve(String(options['out'])), exported);
    } finally {
      home.close();
    }
  },
};

const wanted = (options: Options): WantedRanker => ({
  kind: options['kind'] as WantedRanker['kind'],
  precision: options['int8'] === true ? 'int8' : 'float',
});

function written(
  run: string,
  folder: string,
  { kind, model, sidecar }: ReturnType<typeof exportReleaseRanker>,
): Report {
  mkdirSync(folder, { recursive: true });
  const paths = { model: join(folder, 'ranker.onnx'), sidecar: join(folder, 'ranker.json') };
  writeFileSync(paths.model, model);
  writeFileSync(paths.sidecar, `${JSON.stringify(sidecar, null, 1)}\n`);
  const { sha256, bytes } = sidecar.model;
  return {
    data: { run, kind, ...paths, bytes, sha256, featureSchema: sidecar.featureSchema },
    lines: [
      `run ${run}: ${kind} ranker, ${bytes} bytes, SHA-256 ${sha256}`,
      `  ${paths.model}`,
      `  ${paths.sidecar}`,
    ],
  };
}
