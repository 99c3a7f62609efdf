import type { ModelCard } from '../../../models/contract.ts';
import type { Interval } from '../bootstrap.ts';
import type { Suite } from '../suite/suite.ts';
import type { Variant } from '../suite/variants.ts';
import { figuresOf } from './figures.ts';
import { escaped, figure, type Html, page, raw, table } from './page.ts';
import { drawPlots, type Wanted } from './plot.ts';

/** A report as one HTML file. */
export async function reportPage(suite: Suite): Promise<string> {
  const wanted = figuresOf(suite);
  const draw = async (figures: readonly Wanted[]): Promise<string> =>
    figures.length === 0
      ? ''
      : `<div class="figures">${(await drawPlots(figures)).map(figure).join('\n')}</div>`;
  return page(
    `Tacit: ${suite.run}`,
    [
      heading(suite),
      tiles(suite),
      metricsOf(suite),
      `<h2>Two releases</h2>${againstOf(suite)}`.repeat(suite.against === undefined ? 0 : 1),
      `<h2>Slices</h2>${said('The same slates, graded on parts of the questions and of the right answers.')}`,
      await draw(wanted.slices),
      slicesOf(suite),
      `<h2>Sources</h2>${said(SOURCES_SAID)}`,
      await draw(wanted.sources),
      sourcesOf(suite),
      `<h2>Stages</h2>${said('What orders the slate, one stage after another; the line is the release.')}`,
      await draw(wanted.stages),
      variants(suite.stages),
      `<h2>Packing and features</h2>${said(CHANGES_SAID)}`,
      await draw(wanted.changes),
      variants(suite.prices),
      suite.pricesLeftOut === undefined ? '' : said(suite.pricesLeftOut),
      suite.ablation.length === 0
        ? said('The linear blend orders: no ranker reads features.')
        : variants(suite.ablation),
      suite.calibration === undefined
        ? ''
        : `<h2>Calibration</h2>${said(calibrationSaid(suite.calibration, suite.rankedBy))}`,
      await draw(wanted.calibration),
      `<h2>Bytes</h2>${bytesOf(suite)}`,
      `<h2>Lineage</h2>${lineageOf(suite)}`,
      `<h2>Model cards</h2>${suite.cards.map(cardOf).join('\n')}`,
    ].join('\n'),
  );
}

const SOURCES_SAID =
  'Which share of the right answers is among the candidates. Alone, a source proposes as many as it can; the line is all of them together, as the release asks them. "Lost" is what all together miss without it: a source that others replace loses little.';
const CHANGES_SAID =
  'The release as it is minus the release with one thing changed, question by question. Packing: below 0, the bytes saved cost quality. Features: above 0, the ranker misses them; it reads their means, and nothing else had the chance to learn to stand in.';

const said = (text: string): string => `<p class="soft">${escaped(text)}</p>`;

function heading({ run, explained, window, queries, shoppers, rankedBy, resamples }: Suite): string {
  const asked = `${count(queries)} questions of ${count(shoppers)} shoppers, ${day(window.from)} to ${day(window.until)}; ordered by the ${rankedBy}; rules of stock, cart and purchase off. Bounds are 95%, by ${count(resamples)} resamples over shoppers.`;
  return `<h1>${escaped(run)}</h1><p><b>${escaped(explained)}</b></p>${said(asked)}`;
}

const TILES = ['ndcg@10', 'recall@10', 'hit@10', 'mrr@10', 'auc'] as const;

function tiles({ metrics, together }: Suite): string {
  const each = TILES.map((name) => {
    const { mean, low, high } = metrics[name]!;
    return `<div class="tile"><span>${name}</span><b>${mean.toFixed(3)}</b><span>${low.toFixed(3)} to ${high.toFixed(3)}</span></div>`;
  });
  const coverage = Object.entries(together).map(
    ([name, value]) =>
      `<div class="tile"><span>${escaped(name)}</span><b>${value.toFixed(3)}</b><span>of all items</span></div>`,
  );
  return `<div class="tiles">${[...each, ...coverage].join('')}</div>`;
}

const MEANINGS: Readonly<Record<string, string>> = {
  'ndcg@10': 'right answers, counted by place',
  'recall@10': 'share of the right answers in the first 10',
  'recall@20': 'share of the right answers in the first 20',
  'hit@10': 'any right answer in the first 10',
  'precision@10': 'share of the first 10 that is right',
  'mrr@10': '1 / place of the first right answer',
  auc: 'right items above wrong ones, over the whole catalogue',
  'diversity@10': '1 - content cosine, mean over pairs',
  'novelty@10': 'bits: how few shoppers know the items',
  'averagepopularity@10': 'interactions before the window, mean',
  'categorycalibration@10': 'KL of the categories of history and slate (Steck 2018); 0: the same mix',
};

function metricsOf({ metrics }: Suite): string {
  const rows = Object.entries(metrics).map(([name, value]) => [
    name,
    bounds(value),
    words(MEANINGS[name] ?? ''),
  ]);
  return `<h2>Metrics</h2>${table({ head: ['metric', 'mean and bounds', ''], rows })}`;
}

const words = (text: string): Html => raw(`<span class="words">${escaped(text)}</span>`);
const bounds = ({ mean, low, high }: Interval): Html => {
  const digits = Math.max(Math.abs(mean), Math.abs(high)) >= 10 ? 1 : 4;
  const [m, l, h] = [mean, low, high].map((value) => value.toFixed(digits));
  return raw(`${m} <small>[${l}, ${h}]</small>`);
};
const difference = (value: Interval): Html => {
  const side = value.low > 0 ? 'above' : value.high < 0 ? 'below' : '';
  return raw(`<span class="${side}">${bounds(value).html}</span>`);
};
const count = (value: number): string => value.toLocaleString('en');
const day = (iso: string): string => iso.slice(0, 10);

const SLICED = ['ndcg@10', 'recall@10', 'hit@10', 'mrr@10'] as const;

function slicesOf({ slices }: Suite): string {
  const rows = slices.map(({ name, means, queries, metrics }) => [
    name,
    count(queries),
    ...SLICED.map((metric) => (queries === 0 ? '' : bounds(metrics[metric]!))),
    words(means),
  ]);
  return table({ head: ['slice', 'questions', ...SLICED, ''], rows });
}

function sourcesOf({ candidates }: Suite): string {
  const { together, ranked, sources } = candidates;
  return table({
    head: ['source', `recall@${candidates.candidates}`, 'lost without it'],
    rows: [
      ['all together', bounds(together), ''],
      ['after the cut to what is ranked', bounds(ranked), ''],
      ...sources.map(({ source, alone, marginal }) => [source, bounds(alone), difference(marginal)]),
    ],
  });
}

function variants(all: readonly Variant[]): string {
  const weighed = all.some(({ bytes }) => bytes !== undefined);
  return table({
    head: ['', 'ndcg@10', 'recall@10', 'release minus it, ndcg@10', ...(weighed ? ['bytes'] : []), ''],
    rows: all.map((one) => [
      one.name,
      bounds(one['ndcg@10']),
      bounds(one['recall@10']),
      difference(one.releaseMinus),
      ...(weighed ? [one.bytes === undefined ? '' : count(one.bytes)] : []),
      words(one.means),
    ]),
  });
}

function againstOf({ run, against }: Suite): string {
  if (against === undefined) return '';
  const { metrics, difference: by, overlap } = against;
  const rows = Object.entries(by).map(([name, value]) => [
    name,
    bounds(metrics.first[name]!),
    bounds(metrics.second[name]!),
    difference(value),
  ]);
  const common = `Of the first ten places ${(100 * overlap.mean).toFixed(1)}% show the same items (${(100 * overlap.low).toFixed(1)} to ${(100 * overlap.high).toFixed(1)}%), by the two runs' own files.`;
  return `${said(common)}${table({ head: ['metric', run, against.run, 'difference'], rows })}`;
}

const calibrationSaid = ({ ece }: NonNullable<Suite['calibration']>, rankedBy: string): string =>
  `Of the first ten places: the probability that the logit of the ${rankedBy} stands for, against the share that was a right answer. Expected calibration error ${ece.mean.toFixed(4)} [${ece.low.toFixed(4)}, ${ece.high.toFixed(4)}].`;

function bytesOf({ bundleBytes: { raw: whole, brotli, parts } }: Suite): string {
  const rows = Object.entries(parts).map(([name, size]) => [name, count(size.raw), count(size.brotli)]);
  return table({ head: ['part', 'raw', 'brotli'], rows: [...rows, ['all', count(whole), count(brotli)]] });
}

const pairs = (of: Readonly<Record<string, unknown>>): string =>
  `<dl>${Object.entries(of)
    .map(([name, value]) => `<dt>${escaped(name)}</dt><dd>${escaped(shown(value))}</dd>`)
    .join('')}</dl>`;

function shown(value: unknown): string {
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : value.toPrecision(5);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function lineageOf({ run, lineage, against, seed }: Suite): string {
  const other = against === undefined ? '' : lineageEntry(against.run, against.lineage);
  return `${lineageEntry(run, lineage, { "report's seed": seed })}${other}`;
}

function lineageEntry(
  run: string,
  { parameters, trainedAt, until, ...rest }: Suite['lineage'],
  more: Readonly<Record<string, unknown>> = {},
): string {
  const at = (ms: number): string => new Date(ms).toISOString();
  const known = until === undefined ? {} : { 'newest interaction before': at(until) };
  const own = pairs({ ...rest, 'trained at': at(trainedAt), ...known, ...more });
  const chosen =
    parameters === undefined
      ? ''
      : `<details><summary>Parameters (${Object.keys(parameters).length})</summary>${pairs(parameters)}</details>`;
  return `<details open><summary>${escaped(run)}</summary>${own}${chosen}</details>`;
}

function cardOf({ model, purpose, parameters, metrics, ...rest }: ModelCard): string {
  return `<details><summary>${escaped(model)}</summary><p>${escaped(purpose)}</p>${pairs(rest)}<h3>Parameters</h3>${pairs(parameters)}<h3>Metrics</h3>${pairs(metrics)}</details>`;
}
