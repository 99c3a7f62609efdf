import { join } from 'node:path';
import { Option } from 'commander';
import type { Reduction } from '../../../models/given-embeddings/fit.ts';
import { loadKernel } from '../../../shared/kernel/load.ts';
import { readVectors } from '../../catalogue/vectors/read.ts';
import { type Home, openHome } from '../../home.ts';
import { mirrorRun } from '../../registry/mlflow/mirror.ts';
import { openChampion, recordRun } from '../../registry/record.ts';
import { warmGeneration } from '../../registry/warm.ts';
import type { TrainedRelease } from '../../training/contract.ts';
import { NoItemFound } from '../../training/given.ts';
import type { PresetName } from '../../training/presets.ts';
import { openStages, type Stages, unfinishedRun } from '../../training/stages/stages.ts';
import { storedShop } from '../../training/stored-shop.ts';
import { type StageKeeper, TrainingError, type TrainOptions, train } from '../../training/train.ts';
import {
  type CliCommand,
  type CliContext,
  type Options,
  RefusedError,
  type Report,
  wholeNumber,
} from '../command.ts';
import { gateOptions } from '../gate-report.ts';
import { presetOption } from '../preset-option.ts';
import { promoted, withMirror } from '../promotion.ts';
import { STOPWATCH } from '../stopwatch.ts';
import { packageVersion } from '../version.ts';

export const command: CliCommand = {
  name: 'train',
  description: 'fit the models on the store and record a run',
  configure(command) {
    gateOptions(command)
      .addOption(presetOption('fast'))
      .option('--publish', 'publish the run if the gate lets it through')
      .option('--warm', "go on from the published release's embeddings, where it may be gone on from")
      .option('--seed <n>', 'seed of everything random', wholeNumber(0), 1)
      .option('--min-support <n>', 'least number of people behind a list entry', wholeNumber(1), 2)
      .option('--embeddings <file>', 'item vectors of your own: .npy, .safetensors or .parquet')
      .option('--embedding-ids <file>', 'their item ids, one a line; default: beside the file, .ids.txt')
      .option('--embedding-tensor <name>', 'which one, where a safetensors file has several')
      .addOption(
        new Option('--reduction <name>', 'of more dimensions than the bundle has')
          .choices(['pca', 'random'])
          .default('pca'),
      );
  },
  async run(options, context) {
    const home = openHome(context.home);
    try {
      const { store } = home;
      const shop = storedShop(store, context.site, context.now());
      const settings = {
        preset: options['preset'] as PresetName,
        seed: Number(options['seed']),
        minSupport: Number(options['minSupport']),
        code: packageVersion(import.meta.url),
        kernel: loadKernel(),
        clock: STOPWATCH.clock,
      };
      const vectors = await outsideVectors(options);
      const champion = await openChampion(home, context.site);
      const against = champion === undefined ? {} : { champion };
      const warm = options['warm'] === true ? warmGeneration(store, context.site) : undefined;
      const keeper = stagesOf(home, context);
      const trained = await train(
        shop,
        { ...settings, ...vectors, ...against, ...(warm ? { warm } : {}), keeper },
        context.journal,
      ).catch(refuse);
      const run = await recordRun(home, context.site, trained);
      const resumed = keeper.finish();
      const mirrored = await mirrorRun(home, context, run);
      const made = withMirror(report(run, trained, resumed), mirrored);
      if (options['publish'] !== true) return made;
      const { data, lines } = await promoted(home, options, { ...context, run });
      return { data: { ...made.data, release: data }, lines: [...made.lines, ...lines] };
    } finally {
      home.close();
    }
  },
};

/** What a run took over from one that was stopped. */
interface Resumed {
  readonly kept: readonly string[];
  readonly stoppedIn: string | undefined;
}

/** Finished stages of a site's runs lie in `training/<site>` of the home until the run is recorded. */
function stagesOf(
  { folder }: Home,
  { site, journal, now }: CliContext,
): StageKeeper & { finish(): Resumed | undefined } {
  const runs = join(folder, 'training', site);
  let stages: Stages | undefined;
  return {
    unfinished: (options) => unfinishedRun(runs, options, now()),
    open(key, clock) {
      stages = openStages(runs, { key, clock }, { journal, now: now() });
      return stages;
    },
    finish() {
      stages?.finish();
      return stages === undefined || stages.kept.length === 0 ? undefined : stages;
    },
  };
}

async function outsideVectors(options: Options): Promise<Pick<TrainOptions, 'vectors'>> {
  const file = options['embeddings'];
  if (typeof file !== 'string') return {};
  const vectors = await readVectors(file, {
    ids: options['embeddingIds'] as string | undefined,
    tensor: options['embeddingTensor'] as string | undefined,
  });
  return { vectors: { vectors, reduction: options['reduction'] as Reduction } };
}

function refuse(error: unknown): never {
  if (error instanceof NoItemFound) throw new RefusedError(error.code, `train: ${error.message}`);
  if (!(error instanceof TrainingError)) throw error;
  throw new RefusedError(error.code, `train: ${error.message} Import a catalogue first.`);
}

function report(run: string, trained: TrainedRelease, resumed: Resumed | undefined): Report {
  const { items, lineage, metrics, space, parts } = trained;
  const bytes = Object.fromEntries(
    parts.map((part) => [part.market ? `${part.role}.${part.market}` : part.role, part.bytes.length]),
  );
  const total = parts.reduce((sum, part) => sum + part.bytes.length, 0);
  return {
    data: {
      ...{ run, items, interactions: lineage.interactions, seconds: lineage.seconds, space, metrics, bytes },
      ...(resumed ? { resumed: { kept: resumed.kept, stoppedIn: resumed.stoppedIn } } : {}),
    },
    lines: [
      ...(resumed
        ? [
            `went on with a run that was stopped in: ${resumed.stoppedIn ?? 'nothing'}`,
            `kept of it: ${resumed.kept.join(', ')}`,
          ]
        : []),
      `run ${run}: ${items} items, ${lineage.interactions} interactions, ${lineage.seconds.toFixed(1)} s`,
      `bundle ${(total / 1e6).toFixed(2)} MB before compression`,
      ...Object.entries(metrics).map(([name, value]) => `  ${name.padEnd(36)} ${value.toPrecision(4)}`),
    ],
  };
}
