import { createHash } from 'node:crypto';
import type { Arithmetic } from '../../models/arithmetic.ts';
import {
  boughtTogetherCard,
  fitBoughtTogether,
  listedBy,
} from '../../models/bought-together/bought-together.ts';
import {
  type ContentSettings,
  contentCard,
  fitContent,
  type TokenMatrix,
  tokenMatrix,
} from '../../models/content/content.ts';
import { likeness } from '../../models/content/likeness.ts';
import type {
  Catalogue,
  Dataset,
  Interactions,
  Journal,
  ModelCard,
  SparseRows,
} from '../../models/contract.ts';
import type { DenseRows } from '../../models/dense.ts';
import { easeCard, fitEase } from '../../models/ease/ease.ts';
import { embeddingsCard } from '../../models/item-embeddings/card.ts';
import { type ItemEmbeddings, trainEmbeddings } from '../../models/item-embeddings/train.ts';
import { DEFAULT_KIN, inheritLists, kinCard } from '../../models/kin/kin.ts';
import { kinTrend } from '../../models/kin/kin-trend.ts';
import { fitOrder, type Order, orderCard } from '../../models/order/order.ts';
import { fitPopularity, type Popularity, popularityCard } from '../../models/popularity/popularity.ts';
import { countPairs } from '../../models/transitions/pairs.ts';
import { fitTransitions, transitionsCard } from '../../models/transitions/transitions.ts';
import type { FurtherLists } from '../../shared/engine/contract.ts';
import type { Ahead } from './ahead/ahead.ts';
import type { Carried, TrainingSettings } from './settings.ts';
import type { WarmReport, WarmSpaces } from './warm.ts';

/** Everything that retrieval reads, fitted and not yet packed. */
export interface Sources {
  readonly popularity: Popularity;
  readonly transitions: SparseRows;
  readonly boughtTogether: SparseRows;
  readonly embeddings: ItemEmbeddings;
  /** absent where the catalogue says nothing that joins two items */
  readonly content: DenseRows | undefined;
  readonly tokens: TokenMatrix | undefined;
  readonly order: Order | undefined;
  /** by item; absent where the settings do not ask for it */
  readonly kinTrend?: Float32Array | undefined;
  /** lists that a release may do without, by their part's role */
  readonly further: Readonly<Partial<Record<keyof FurtherLists, SparseRows>>>;
  readonly cards: readonly ModelCard[];
  /** where embeddings went on from an earlier release's */
  readonly warm?: WarmReport;
}

/** Finished stages of one run: a run that was stopped does not repeat them. */
export interface Memory {
  /** @param stage its name, another for each stage of a run */
  recall<T>(stage: string, make: () => T): T;
  /** whether a stage need not be made */
  has?(stage: string): boolean;
}

/** What a stage gives: from memory where there is one that has it. */
export const stage = <T>({ memory }: Pick<TrainingTools, 'memory'>, name: string, make: () => T): T =>
  memory === undefined ? make() : memory.recall(name, make);

export interface TrainingTools {
  readonly arithmetic: Arithmetic;
  readonly journal: Journal;
  readonly seed: number;
  readonly memory?: Memory;
  /** earlier spaces that embeddings may go on from */
  readonly warm?: WarmSpaces;
  /** vectors of an outside system in place of learned ones, in the catalogue's order */
  readonly given?: GivenEmbeddings;
  /** fits that other threads make */
  readonly ahead?: Ahead;
}

export interface GivenEmbeddings {
  readonly embeddings: ItemEmbeddings;
  readonly card: ModelCard;
}

/** Entries a row of the matrix that embeddings start from, and of all of it. */
const MOST_START = 500;
const MOST_STARTS = 25_000_000;

/** What is fitted on a data set, apart from what is told of it. */
export interface Fitted {
  readonly lists: Lists;
  readonly learned: LearnedEmbeddings;
  readonly further: Further;
}

/** All that takes long of `fitSources`, for whoever does it elsewhere. */
export const fitApart = (dataset: Dataset, settings: TrainingSettings, tools: TrainingTools): Fitted => ({
  lists: fitLists(dataset, settings, tools),
  learned: learnEmbeddings(dataset, settings, tools),
  further: fitFurther(dataset, settings, tools),
});

const LAST_STAGE = 'further lists';

/** Whether a run's memory has all of a fit. */
export const isKept = (dataset: Dataset, settings: TrainingSettings, { memory }: TrainingTools): boolean =>
  memory?.has?.(`${LAST_STAGE} ${fitName(dataset, settings)}`) ?? false;

/** Fits all sources on one data set. */
export function fitSources(dataset: Dataset, settings: TrainingSettings, tools: TrainingTools): Sources {
  const { seed, given } = tools;
  // Only who keeps stages needs their names.
  const named = tools.memory === undefined ? '' : fitName(dataset, settings);
  let taken: { readonly fitted: Fitted | undefined } | undefined;
  const apart = (): Fitted | undefined => {
    taken ??= { fitted: tools.ahead?.take(dataset) };
    return taken.fitted;
  };
  const lists = stage(tools, `lists ${named}`, () => apart()?.lists ?? fitLists(dataset, settings, tools));
  const tokens = tokensOf(dataset.catalogue, settings.content);
  const { embeddings, report } = given
    ? { embeddings: given.embeddings, report: undefined }
    : stage(
        tools,
        `embeddings ${named}`,
        () => apart()?.learned ?? learnEmbeddings(dataset, settings, tools),
      );
  const said = tokens.tokens.length === 0 || !settings.carries.tokens ? undefined : tokens;
  const further = stage(
    tools,
    `${LAST_STAGE} ${named}`,
    () => apart()?.further ?? fitFurther(dataset, settings, tools),
  );
  const cards = [
    popularityCard(lists.popularity, settings.popularity, seed),
    transitionsCard(lists.transitions, settings.transitions, seed),
    boughtTogetherCard(lists.boughtTogether, settings.baskets, seed),
    contentCard(tokens, settings.content, seed),
    given?.card ?? embeddingsCard(embeddings, settings.embeddings, seed),
    ...(lists.order === undefined ? [] : [orderCard(lists.order, seed)]),
    ...further.cards,
  ];
  return {
    ...{ ...lists, embeddings, tokens: said, further: further.lists, cards },
    ...(report ? { warm: report } : {}),
  };
}

interface LearnedEmbeddings {
  readonly embeddings: ItemEmbeddings;
  readonly report: WarmReport | undefined;
}

function learnEmbeddings(
  dataset: Dataset,
  settings: TrainingSettings,
  tools: TrainingTools,
): LearnedEmbeddings {
  const { catalogue, interactions, until } = dataset;
  const tokens = tokensOf(catalogue, settings.content);
  const mostStart = Math.min(MOST_START, Math.ceil(MOST_STARTS / interactions.items));
  const start = () =>
    fitTransitions(
      interactions,
      { ...settings.transitions, from: 0.5, to: 0.5, minSupport: 1, most: mostStart },
      until,
    );
  const warm = tools.warm?.startFor(dataset, settings.embeddings);
  const from = warm ? { from: warm.start } : {};
  const how = { ...(warm?.settings ?? settings.embeddings), seed: tools.seed };
  const trained = trainEmbeddings({ interactions, tokens, start, ...from }, how, tools);
  return warm ? warm.settle(trained) : { embeddings: trained, report: undefined };
}

const matrices = new WeakMap<Catalogue, Map<string, TokenMatrix>>();

/** Every fit of a run reads the same catalogue: what it says is read once. */
function tokensOf(
  catalogue: Catalogue,
  settings: Pick<ContentSettings, 'leastItems' | 'mostShare'>,
  reads?: (token: string) => boolean,
): TokenMatrix {
  const known = matrices.get(catalogue) ?? new Map<string, TokenMatrix>();
  matrices.set(catalogue, known);
  const { leastItems, mostShare } = settings;
  const key = `${leastItems} ${mostShare} ${reads?.name}`;
  const matrix = known.get(key) ?? tokenMatrix(catalogue, { leastItems, mostShare }, reads);
  known.set(key, matrix);
  return matrix;
}

type Lists = Pick<
  Sources,
  'popularity' | 'transitions' | 'boughtTogether' | 'content' | 'order' | 'kinTrend'
>;

/** What is counted rather than learned. */
function fitLists(
  { catalogue, interactions, until }: Dataset,
  settings: TrainingSettings,
  { journal, seed }: TrainingTools,
): Lists {
  const { carries } = settings;
  const part = <T>(done: number, work: () => T): T => {
    const made = work();
    journal.stage('fit lists', done, 4);
    return made;
  };
  const popularity = part(1, () => fitPopularity(interactions, settings.popularity, until));
  const transitions = part(2, () => {
    const rows = fitTransitions(interactions, settings.transitions, until);
    return carries.pairs ? { ...rows, pairs: countPairs(interactions, rows) } : rows;
  });
  const order = carries.order ? fitOrder(interactions) : undefined;
  const boughtTogether = part(3, () => fitBoughtTogether(interactions, settings.baskets, until));
  const tokens = tokensOf(catalogue, settings.content);
  const content =
    tokens.tokens.length === 0 || !carries.content
      ? undefined
      : part(4, () => fitContent(tokens, settings.content, seed));
  const { trend } = popularity;
  const rises = settings.kinTrend && kinTrend(tokens, { trend, touched: touchedIn(interactions) });
  return { popularity, transitions, boughtTogether, content, order, ...(rises ? { kinTrend: rises } : {}) };
}

/** By row, 1 for items that anybody had to do with. */
export function touchedIn({ items, item }: Interactions): Uint8Array {
  const touched = new Uint8Array(items);
  for (const row of item) touched[row] = 1;
  return touched;
}

/** Sources without what a release does not carry. */
export function carried(sources: Sources, { content, tokens, order, pairs }: Carried): Sources {
  const { pairs: counts, ...transitions } = sources.transitions;
  return {
    ...sources,
    transitions: pairs && counts ? { ...transitions, pairs: counts } : transitions,
    content: content ? sources.content : undefined,
    tokens: tokens ? sources.tokens : undefined,
    order: order ? sources.order : undefined,
    cards: sources.cards.filter(({ model }) => order || model !== 'order'),
  };
}

/** Tells the fits of a run apart: by the last day that they know, and by what they are fitted on and with. */
function fitName({ interactions, until }: Dataset, settings: TrainingSettings): string {
  const hash = createHash('sha256').update(JSON.stringify(settings)).update(String(until));
  for (const column of [interactions.offsets, interactions.item, interactions.time])
    hash.update(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
  return `to ${new Date(until).toISOString().slice(0, 10)} ${hash.digest('hex').slice(0, 12)}`;
}

/** Items alike that a new one has a list of: 200 are more bytes and found no more than their error (docs/quality.md). */
const MOST_KIN = 50;
/**
 * Kin is told by words alone, and by those of one item too, since they make it less like others: on validation a shared
 * category, style or price band said less of who buys a new item than a shared word.
 */
const KIN = { leastItems: 1, mostShare: 1 };
const isWord = (token: string): boolean => token.startsWith('w:');

/** New items that have lists: every slate reads all of these, so a catalogue that is mostly untouched has them of its newest alone. */
const MOST_NEW = 5000;

/** By row, 1 for items that nobody has touched: those added last, the lower row where that is not said. */
function newest({ groups }: Catalogue, touched: Uint8Array): Uint8Array {
  const chosen = touched.map((one) => 1 - one);
  const rows = [...chosen.keys()].filter((row) => chosen[row]);
  if (rows.length <= MOST_NEW) return chosen;
  const added = Float64Array.from(groups, ({ item }) => item.added_at ?? 0);
  rows.sort((a, b) => added[b]! - added[a]! || a - b);
  for (const row of rows.slice(MOST_NEW)) chosen[row] = 0;
  return chosen;
}

interface Further {
  readonly lists: Sources['further'];
  readonly cards: readonly ModelCard[];
}

/** EASE over baskets and over people, and what the items that nobody has touched yet are like. */
function fitFurther(
  { catalogue, interactions, until }: Dataset,
  { ease, baskets }: TrainingSettings,
  { arithmetic, journal, seed }: TrainingTools,
): Further {
  if (ease === undefined) return { lists: {}, cards: [] };
  const taste = fitEase(interactions, ease.taste, arithmetic);
  journal.stage('fit further lists', 1, 3);
  const basket = fitEase(interactions, ease.basket, arithmetic);
  journal.stage('fit further lists', 2, 3);
  const touched = touchedIn(interactions);
  const alike = likeness(tokensOf(catalogue, KIN, isWord), {
    chosen: newest(catalogue, touched),
    of: touched,
    most: MOST_KIN,
  });
  const isKin = new Uint8Array(interactions.items);
  for (const row of alike.ids) isKin[row] = 1;
  const lists = listedBy(interactions, baskets, { until, chosen: isKin });
  const fresh = inheritLists(alike, lists, DEFAULT_KIN);
  journal.stage('fit further lists', 3, 3);
  return {
    lists: { taste, basket, fresh },
    cards: [
      easeCard(taste, ease.taste, seed),
      easeCard(basket, ease.basket, seed),
      kinCard(fresh, DEFAULT_KIN, seed),
    ],
  };
}
