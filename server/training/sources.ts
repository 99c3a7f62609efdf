import { createHash } from 'node:crypto';
import type { Arithmetic } from '../../models/arithmetic.ts';
import { boughtTogetherCard, fitBoughtTogether } from '../../models/bought-together/bought-together.ts';
import { contentCard, fitContent, type TokenMatrix, tokenMatrix } from '../../models/content/content.ts';
import { likeness } from '../../models/content/likeness.ts';
import type { Dataset, Journal, ModelCard, SparseRows } from '../../models/contract.ts';
import type { DenseRows } from '../../models/dense.ts';
import { easeCard, fitEase } from '../../models/ease/ease.ts';
import { embeddingsCard } from '../../models/item-embeddings/card.ts';
import { type ItemEmbeddings, trainEmbeddings } from '../../models/item-embeddings/train.ts';
import { fitOrder, type Order, orderCard } from '../../models/order/order.ts';
import { fitPopularity, type Popularity, popularityCard } from '../../models/popularity/popularity.ts';
import { countPairs } from '../../models/transitions/pairs.ts';
import { fitTransitions, transitionsCard } from '../../models/transitions/transitions.ts';
import type { FurtherLists } from '../../shared/engine/contract.ts';
import type { Carried, TrainingSettings } from './settings.ts';

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
  /** lists that a release may do without, by their part's role */
  readonly further: Readonly<Partial<Record<keyof FurtherLists, SparseRows>>>;
  readonly cards: readonly ModelCard[];
}

/** Finished work by what it was made from: a run that was stopped does not repeat it. */
export interface Memory {
  recall<T>(key: string, make: () => T): T;
}

export interface TrainingTools {
  readonly arithmetic: Arithmetic;
  readonly journal: Journal;
  readonly seed: number;
  readonly memory?: Memory;
  /** vectors of an outside system in place of learned ones, in the catalogue's order */
  readonly given?: GivenEmbeddings;
}

export interface GivenEmbeddings {
  readonly embeddings: ItemEmbeddings;
  readonly card: ModelCard;
}

/** Entries a row of the matrix that embeddings start from. */
const MOST_START = 500;

/** Fits all sources on one data set. */
export function fitSources(dataset: Dataset, settings: TrainingSettings, tools: TrainingTools): Sources {
  const { interactions, until } = dataset;
  const { journal, seed } = tools;
  const part = <T>(done: number, work: () => T): T => {
    const made = work();
    journal.stage('fit lists', done, 4);
    return made;
  };
  const popularity = part(1, () => fitPopularity(interactions, settings.popularity, until));
  const { carries } = settings;
  const transitions = part(2, () => {
    const rows = fitTransitions(interactions, settings.transitions, until);
    return carries.pairs ? { ...rows, pairs: countPairs(interactions, rows) } : rows;
  });
  const order = carries.order ? fitOrder(interactions) : undefined;
  const boughtTogether = part(3, () => fitBoughtTogether(interactions, settings.baskets, until));
  const tokens = tokenMatrix(dataset.catalogue, settings.content);
  const content =
    tokens.tokens.length === 0 || !carries.content
      ? undefined
      : part(4, () => fitContent(tokens, settings.content, seed));
  const start = () =>
    fitTransitions(
      interactions,
      { ...settings.transitions, from: 0.5, to: 0.5, minSupport: 1, most: MOST_START },
      until,
    );
  const train = (): ItemEmbeddings =>
    trainEmbeddings({ interactions, tokens, start }, { ...settings.embeddings, seed }, tools);
  const { given } = tools;
  const embeddings = given
    ? given.embeddings
    : tools.memory === undefined
      ? train()
      : tools.memory.recall(keyOf(dataset, settings, seed), train);
  const said = tokens.tokens.length === 0 || !carries.tokens ? undefined : tokens;
  const further = fitFurther(dataset, settings, tools);
  const cards = [
    popularityCard(popularity, settings.popularity, seed),
    transitionsCard(transitions, settings.transitions, seed),
    boughtTogetherCard(boughtTogether, settings.baskets, seed),
    contentCard(tokens, settings.content, seed),
    given?.card ?? embeddingsCard(embeddings, settings.embeddings, seed),
    ...(order === undefined ? [] : [orderCard(order, seed)]),
    ...further.cards,
  ];
  return {
    ...{ popularity, transitions, boughtTogether, embeddings, content, tokens: said, order },
    further: further.lists,
    cards,
  };
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

/** What embeddings depend on. */
function keyOf({ interactions, until }: Dataset, settings: TrainingSettings, seed: number): string {
  const { embeddings, content } = settings;
  const { minSupport, most, from, to, ...transitions } = settings.transitions;
  const hash = createHash('sha256').update(JSON.stringify({ embeddings, content, transitions, seed, until }));
  for (const column of [interactions.offsets, interactions.item, interactions.time])
    hash.update(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
  return `embeddings-${hash.digest('hex')}`;
}

/** Items alike that a new one has a list of. */
const MOST_KIN = 50;
/**
 * Kin is told by words alone, and by those of one item too, since they make it less like others: on validation a shared
 * category, style or price band said less of who buys a new item than a shared word.
 */
const KIN = { leastItems: 1, mostShare: 1 };
const isWord = (token: string): boolean => token.startsWith('w:');

/** EASE over baskets and over people, and what the items that nobody has touched yet are like. */
function fitFurther(
  { catalogue, interactions }: Dataset,
  { ease }: TrainingSettings,
  { arithmetic, journal, seed }: TrainingTools,
): { lists: Sources['further']; cards: ModelCard[] } {
  if (ease === undefined) return { lists: {}, cards: [] };
  const taste = fitEase(interactions, ease.taste, arithmetic);
  journal.stage('fit further lists', 1, 3);
  const basket = fitEase(interactions, ease.basket, arithmetic);
  journal.stage('fit further lists', 2, 3);
  const touched = new Uint8Array(interactions.items);
  for (const row of interactions.item) touched[row] = 1;
  const fresh = likeness(tokenMatrix(catalogue, KIN, isWord), {
    chosen: touched.map((one) => 1 - one),
    of: touched,
    most: MOST_KIN,
  });
  journal.stage('fit further lists', 3, 3);
  return {
    lists: { taste, basket, fresh },
    cards: [easeCard(taste, ease.taste, seed), easeCard(basket, ease.basket, seed)],
  };
}
