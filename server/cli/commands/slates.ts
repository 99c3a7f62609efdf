import { createReadStream, createWriteStream } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Option } from 'commander';
import * as v from 'valibot';
import { closeEngine, openRelease } from '../../../shared/engine/engine.ts';
import { loadKernel } from '../../../shared/kernel/load.ts';
import type { ReleaseId } from '../../../shared/protocol/ids.ts';
import { InputError, quoted } from '../../catalogue/input.ts';
import { buildDataset, timeSpan } from '../../dataset/dataset.ts';
import {
  fromFile,
  fromQuestions,
  type Prepared,
  SlateQuery,
  showSlate,
} from '../../evaluation/suite/export-slates.ts';
import { windowQuestions } from '../../evaluation/suite/questions.ts';
import { type Home, openHome } from '../../home.ts';
import { filesOf } from '../../registry/record.ts';
import { storedShop } from '../../training/stored-shop.ts';
import { chosenRun } from '../chosen-run.ts';
import { type CliCommand, type CliContext, type Options, UsageError, wholeNumber } from '../command.ts';

const DAY = 86_400_000;

export const command: CliCommand = {
  name: 'slates',
  description: 'write what a release would show, one JSON object a line, for others to grade',
  configure(command) {
    command
      .option('--run <id>', "which run; the current release's, else the latest, where left out")
      .option('--release <id>', 'or which release, by id or version')
      .option('--queries <file>', 'whom to answer, one JSON object a line')
      .option('--sample <n>', "or so many questions drawn from the store's newest days", wholeNumber(1))
      .option('--days <n>', 'newest days that a sample is drawn from', wholeNumber(1), 37)
      .option('--seed <n>', 'seed of the sample', wholeNumber(0), 1)
      .addOption(
        new Option('--rules <on>', 'of stock, cart and purchase').choices(['on', 'off']).default('on'),
      )
      .requiredOption('--out <file>', 'where slates go');
  },
  async run(options, context) {
    const [file, sample] = [options['queries'], options['sample']];
    if ((file === undefined) === (sample === undefined))
      throw new UsageError('slates: expected --queries or --sample, one of them');
    const home = openHome(context.home);
    try {
      const run = chosenRun(home.store, context.site, { ...options, command: 'slates' });
      const asked =
        typeof file === 'string' ? await readQueries(file) : await drawQueries(home, options, context);
      const files = await filesOf(home.artifacts, run);
      const engine = openRelease(files, run.run as string as ReleaseId, loadKernel());
      const rules = options['rules'] as 'on' | 'off';
      const out = resolve(String(options['out']));
      const lines = function* () {
        for (const query of asked) yield `${JSON.stringify(showSlate(engine, query, rules))}\n`;
      };
      await pipeline(Readable.from(lines()), createWriteStream(out)).finally(() => closeEngine(engine));
      return {
        data: { run: run.run, queries: asked.length, rules, out },
        lines: [`${run.run}: ${asked.length} slates in ${out}`],
      };
    } finally {
      home.close();
    }
  },
};

/** @throws InputError file, line, expected and found */
async function readQueries(file: string): Promise<Prepared[]> {
  const found: Prepared[] = [];
  let line = 0;
  const lines = createInterface({
    input: createReadStream(file, 'utf8'),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  for await (const text of lines) {
    line++;
    if (text.trim() === '') continue;
    found.push(fromFile(readQuery(text, { file, line })));
  }
  return found;
}

function readQuery(text: string, at: { readonly file: string; readonly line: number }): SlateQuery {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new InputError('syntax', at, { expected: 'one JSON object', found: quoted(text) });
  }
  const read = v.safeParse(SlateQuery, value);
  if (read.success) return read.output;
  const [issue] = read.issues;
  const path = v.getDotPath(issue) ?? 'the object';
  throw new InputError('syntax', at, {
    expected: `${path}: ${issue.expected ?? issue.message}`,
    found: issue.received,
  });
}

async function drawQueries(
  { store }: Home,
  options: Options,
  { site, now }: CliContext,
): Promise<Prepared[]> {
  const shop = storedShop(store, site, now());
  const { dataset } = await buildDataset(shop.items, shop.interactions, shop.now);
  const newest = timeSpan(dataset.interactions)?.to ?? 0;
  const cut = newest - Number(options['days']) * DAY;
  const asked = windowQuestions(dataset, cut, {
    seed: Number(options['seed']),
    most: Number(options['sample']),
  });
  return fromQuestions(dataset, asked);
}
