import { performance } from 'node:perf_hooks';
import { loadKernel } from '../../../shared/kernel/load.ts';
import { openHome } from '../../home.ts';
import type { TrainedRelease } from '../../training/contract.ts';
import { storedShop } from '../../training/stored-shop.ts';
import { TrainingError, train } from '../../training/train.ts';
import { type CliCommand, RefusedError, type Report, wholeNumber } from '../command.ts';
import { packageVersion } from '../version.ts';

export const command: CliCommand = {
  name: 'train',
  description: 'fit the models on the store and record a run',
  configure(command) {
    command
      .option('--seed <n>', 'seed of everything random', wholeNumber(0), 1)
      .option('--min-support <n>', 'least number of people behind a list entry', wholeNumber(1), 2);
  },
  async run(options, context) {
    const home = openHome(context.home);
    try {
      const { store, artifacts } = home;
      const shop = storedShop(store, context.site, context.now());
      const settings = {
        seed: Number(options['seed']),
        minSupport: Number(options['minSupport']),
        code: packageVersion(import.meta.url),
        kernel: loadKernel(),
        clock: () => performance.now(),
      };
      const trained = await train(shop, settings, context.journal).catch(refuse);
      const artefacts = await Promise.all(trained.parts.map(({ bytes }) => artifacts.put(bytes)));
      const run = store.runs.record(context.site, trained, artefacts);
      return report(run, trained);
    } finally {
      home.close();
    }
  },
};

function refuse(error: unknown): never {
  if (!(error instanceof TrainingError)) throw error;
  throw new RefusedError(error.code, `train: ${error.message} Import a catalogue first.`);
}

function report(run: string, trained: TrainedRelease): Report {
  const { items, lineage, metrics, space, parts } = trained;
  const bytes = Object.fromEntries(
    parts.map((part) => [part.market ? `${part.role}.${part.market}` : part.role, part.bytes.length]),
  );
  const total = parts.reduce((sum, part) => sum + part.bytes.length, 0);
  return {
    data: { run, items, interactions: lineage.interactions, seconds: lineage.seconds, space, metrics, bytes },
    lines: [
      `run ${run}: ${items} items, ${lineage.interactions} interactions, ${lineage.seconds.toFixed(1)} s`,
      `bundle ${(total / 1e6).toFixed(2)} MB before compression`,
      ...Object.entries(metrics).map(([name, value]) => `  ${name.padEnd(36)} ${value.toPrecision(4)}`),
    ],
  };
}
