import { Option } from 'commander';
import { detectFormat, IMPORTERS, importerOf } from '../../catalogue/formats.ts';
import { type Imported, importFiles } from '../../catalogue/import.ts';
import type { Importer } from '../../catalogue/importer.ts';
import { openHome } from '../../home.ts';
import { type CliCommand, type CliContext, type Options, UsageError } from '../command.ts';

export const command: CliCommand = {
  name: 'import',
  description: 'read a catalogue or interactions from files into the store',
  interruptible: true,
  configure(command) {
    const formats = IMPORTERS.map((importer) => importer.format);
    command
      .argument('[files...]', 'files of one format')
      .addOption(
        new Option('--format <name>', 'what the files are; told from the file where it can be').choices(
          formats,
        ),
      )
      .option('--shift-to <day>', 'move all times by whole weeks to end in the week before `now` or a date')
      .addHelpText('after', `\nFormats:\n${IMPORTERS.map(describe).join('\n')}`);
  },
  async run(options, context) {
    const importer = await chosen(options, context.args);
    const shiftTo = dayOf(options['shiftTo'], context.now());
    const started = context.now();
    const home = openHome(context.home);
    try {
      const imported = await importFiles(
        { importer, files: context.args, site: context.site, ...(shiftTo === undefined ? {} : { shiftTo }) },
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

async function chosen(options: Options, files: readonly string[]): Promise<Importer> {
  const named = options['format'];
  if (named === undefined && files.length === 0) throw new UsageError('import: expected FILE..., found none');
  const format = typeof named === 'string' ? named : await detectFormat(files[0] ?? '');
  const importer = importerOf(format);
  if (!importer) throw new UsageError(`import: no importer for ${format}`);
  return importer;
}

function dayOf(value: unknown, now: number): number | undefined {
  if (value === undefined) return undefined;
  const time = value === 'now' ? now : Date.parse(String(value));
  if (Number.isNaN(time))
    throw new UsageError(`--shift-to: expected now or a date such as 2026-01-31, found "${value}"`);
  return time;
}

/** The number of rows is not known before they are read: the bar tells how many there were. */
function progressOf(context: CliContext): (rows: number) => void {
  return (rows) => context.journal.stage('rows', rows, rows + 1);
}

function report(importer: Importer, imported: Imported, about: { context: CliContext; seconds: number }) {
  const { read, kept, dropped, noted, problems, items, interactions, unmatched } = imported;
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
      ...(unmatched > 0 ? [`${unmatched} interactions name an item that the catalogue does not have`] : []),
    ],
  };
}
