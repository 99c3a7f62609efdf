import { Option } from 'commander';
import * as v from 'valibot';
import { Market } from '../../../shared/protocol/manifest.ts';
import { detectFormat, importers } from '../../catalogue/formats.ts';
import { type ShopShape, USUAL_SHAPE } from '../../catalogue/generated/shop.ts';
import { type Imported, importFiles } from '../../catalogue/import.ts';
import { FORMATS, type Importer } from '../../catalogue/importer.ts';
import { DAY } from '../../catalogue/time-shift.ts';
import { openHome } from '../../home.ts';
import { type CliCommand, type CliContext, type Options, UsageError, wholeNumber } from '../command.ts';

export const command: CliCommand = {
  name: 'import',
  description: 'read a catalogue or interactions from files into the store',
  interruptible: true,
  configure(command) {
    const { seed, goods, shoppers, days } = USUAL_SHAPE;
    command
      .argument('[files...]', 'files of one format')
      .addOption(
        new Option('--format <name>', 'what the files are; told from the file where it can be').choices(
          FORMATS,
        ),
      )
      .option('--shift-to <day>', 'move all times by whole weeks to end in the week before `now` or a date')
      .option('--market <id>', 'market that the prices are for, with --currency and --language')
      .option('--currency <code>', 'its currency, ISO 4217', 'EUR')
      .option('--language <tag>', 'its language', 'en')
      .option('--seed <n>', 'generated: which shop', wholeNumber(0, 2 ** 32 - 1), seed)
      .option(
        '--goods <n>',
        'generated: what it sells, variants counted once',
        wholeNumber(50, 50_000),
        goods,
      )
      .option('--shoppers <n>', 'generated: who visits it', wholeNumber(1, 1_000_000), shoppers)
      .option('--days <n>', 'generated: days of visits', wholeNumber(7, 3650), days)
      .addHelpText(
        'after',
        `\nFormats:\n${importers({ ...USUAL_SHAPE, until: 0 })
          .map(describe)
          .join('\n')}`,
      );
  },
  async run(options, context) {
    const wantedEnd = dayOf(options['shiftTo'], context.now());
    const importer = await chosen(options, context, wantedEnd ?? context.now());
    // The generated shop is made for its last day; files are moved there.
    const shiftTo = importer.format === 'generated' ? undefined : wantedEnd;
    const started = context.now();
    const home = openHome(context.home);
    try {
      const imported = await importFiles(
        {
          importer,
          files: context.args,
          site: context.site,
          ...(shiftTo === undefined ? {} : { shiftTo }),
          ...marketOf(options),
        },
        {
          store: home.store,
          subjectOf: (customer) => home.pepper.subject(context.site, 'customer', customer),
          progress: progressOf(context),
          signal: context.signal,
          now: context.now,
        },
      );
      return report(importer, imported, { context, seconds: (context.now() - started) / 1000 });
    } finally {
      home.close();
    }
  },
};

const describe = (importer: Importer): string => `  ${importer.format.padEnd(18)} ${importer.describes}`;

async function chosen(options: Options, context: CliContext, end: number): Promise<Importer> {
  const [first] = context.args;
  const named = options['format'];
  if (named === undefined && first === undefined)
    throw new UsageError('import: expected FILE..., found none');
  const format = typeof named === 'string' ? named : await detectFormat(first ?? '');
  const importer = importers(shapeOf(options, end)).find((one) => one.format === format);
  if (!importer) throw new UsageError(`import: no importer for ${format}`);
  return importer;
}

function marketOf(options: Options): { market?: Market } {
  const { market: id, currency, language } = options;
  if (id === undefined) return {};
  const market = v.safeParse(Market, { id, currency, language });
  if (market.success) return { market: market.output };
  const [issue] = market.issues;
  throw new UsageError(`--market: ${issue.message}`);
}

const shapeOf = (options: Options, end: number): ShopShape => ({
  seed: Number(options['seed']),
  goods: Number(options['goods']),
  shoppers: Number(options['shoppers']),
  days: Number(options['days']),
  until: Math.floor(end / DAY) * DAY,
});

function dayOf(value: unknown, now: number): number | undefined {
  if (value === undefined) return undefined;
  const time = value === 'now' ? now : Date.parse(String(value));
  if (Number.isNaN(time))
    throw new UsageError(`--shift-to: expected now or a date such as 2026-01-31, found "${value}"`);
  return time;
}

/** How many rows there will be is not known before they are read. */
function progressOf(context: CliContext): (rows: number) => void {
  return (rows) => context.journal.stage('rows', rows, 0);
}

function report(importer: Importer, imported: Imported, about: { context: CliContext; seconds: number }) {
  const { read, kept, dropped, noted, problems, items, interactions, shoppers, unmatched } = imported;
  const { files, site } = { files: about.context.args, site: about.context.site };
  const list = (counts: Readonly<Record<string, number>>): string[] =>
    Object.entries(counts).map(([reason, rows]) => `  ${String(rows).padStart(9)}  ${reason}`);
  return {
    data: {
      format: importer.format,
      site,
      files,
      ...imported,
      problems: problems.map(({ place, expected, found }) => ({ ...place, expected, found })),
      seconds: about.seconds,
    },
    lines: [
      `${importer.format}: ${read} rows read, ${kept} kept, in ${about.seconds.toFixed(1)} s`,
      ...list(dropped).map((line) => `${line} (dropped)`),
      ...list(noted),
      ...problems.map((problem) => `  ${problem.message}`),
      `items: ${items.added} added, ${items.known} known; interactions: ${interactions.added} added, ${interactions.known} known`,
      ...(shoppers.added + shoppers.known > 0
        ? [`shoppers: ${shoppers.added} added, ${shoppers.known} brought up to date`]
        : []),
      ...(unmatched > 0 ? [`${unmatched} interactions name an item that the catalogue does not have`] : []),
    ],
  };
}
