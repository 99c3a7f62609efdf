import { type BasketSettings, DEFAULT_BASKETS } from '../../models/bought-together/bought-together.ts';
import { type ContentSettings, DEFAULT_CONTENT } from '../../models/content/content.ts';
import { DEFAULT_EASE, type EaseSettings } from '../../models/ease/ease.ts';
import { DEFAULT_EMBEDDINGS, type EmbeddingSettings } from '../../models/item-embeddings/settings.ts';
import { DEFAULT_POPULARITY, type PopularitySettings } from '../../models/popularity/popularity.ts';
import { DEFAULT_DEEP, type DeepSettings } from '../../models/ranker/deep/train.ts';
import { DEFAULT_RANKER, type RankerSettings } from '../../models/ranker/train.ts';
import { DEFAULT_TRANSITIONS, type TransitionSettings } from '../../models/transitions/transitions.ts';
import { CATEGORICALS, FEATURES } from '../../shared/engine/features.ts';
import { DEFAULT_SETTINGS, type FunnelSettings } from '../../shared/engine/settings.ts';
import type { ByteBudget } from './budget.ts';

/** Most entries a list keeps, and bits of an entry's weight. */
export interface Packing {
  readonly cut: number;
  readonly bits: 4 | 8;
  /** most entries of a list of EASE, where it is fewer */
  readonly further?: number;
}

/** What a release carries beside vectors, lists and counts; what it does not costs nothing and its features are 0. */
export interface Carried {
  /** vectors of what the catalogue says, which are scanned */
  readonly content: boolean;
  /** what the catalogue says, token by token */
  readonly tokens: boolean;
  /** when in people's histories an item comes */
  readonly order: boolean;
  /** how often a neighbour came directly after, and before */
  readonly pairs: boolean;
}

/**
 * Bits of a component of the vectors, 2 to 8: fewer compress better, and lie in memory as bytes in any case. On validation
 * of Amazon Beauty (2,500 queries) ndcg@10 of the blend is .0722 at eight bits, .0720 at six and .0718 at five, of the
 * embeddings alone .0729, .0733 and .0718; content loses nothing down to four. They are a third of a release's bytes each.
 */
export interface Bits {
  readonly embeddings: number;
  readonly content: number;
}

/** Values of one or two settings of the transitions that are tried in place of those at hand. */
export type TransitionAxis = readonly Partial<TransitionSettings>[];

/** Slates that were seen teach rankers beside the held-out questions. */
export interface SeenSettings {
  /** with fewer that teach, none does */
  readonly least: number;
  /** that teach at most */
  readonly most: number;
}

/** All that a training run may choose: what the sources are fitted with, how lists are cut, what the funnel reads. */
export interface TrainingSettings {
  readonly popularity: PopularitySettings;
  readonly transitions: TransitionSettings;
  readonly baskets: BasketSettings;
  readonly content: ContentSettings;
  /** whether a release tells what rises with the words that describe it: a byte an item */
  readonly kinTrend: boolean;
  /** left out where baskets say no more than sequences do: then a release has no such lists */
  readonly ease?: Readonly<Record<'taste' | 'basket', EaseSettings>> | undefined;
  readonly embeddings: EmbeddingSettings;
  readonly ranker: RankerSettings;
  /** features that no ranker reads: they count for nothing at serving either */
  readonly unread: readonly string[];
  readonly carries: Carried;
  readonly bits: Bits;
  /** when rankers learn from slates that were seen as well; absent: never */
  readonly seen?: SeenSettings;
  /** absent: none is tried */
  readonly deep: DeepSettings | undefined;
  /** how lists are cut and packed while the funnel's settings are chosen; the release's own is chosen last */
  readonly packing: Packing;
  readonly funnel: FunnelSettings;
  /** absent: a release may weigh what it likes */
  readonly bytes?: ByteBudget;
}

/** What the release's lists may be packed as. */
export const PACKINGS: readonly Packing[] = [
  { cut: 30, bits: 8 },
  { cut: 30, bits: 4 },
  { cut: 20, bits: 8 },
  { cut: 20, bits: 4 },
];

/** 3 MB up to 20,000 items, 15 MB for 100,000. */
export const SHOP_BUDGET: ByteBudget = { form: 'brotli', anItem: 150, least: 3_000_000 };

/** The questions of a placement are a class of their own: a cart page's are few beside a home page's. */
const BY_PLACEMENT = CATEGORICALS.findIndex(({ name }) => name === 'placement');

/** What a shopper comes for is told by past visits; all else by what the visit is about so far. */
export const ARRIVES = FEATURES.findIndex(({ name }) => name === 'session-arrival');

/** What one step of a history says of the next: a basket's lines have no order, so a shop's steps are few and mixed. */
const STEPS = FEATURES.map(({ name }) => name).filter((name) => /^steps?-/.test(name));

export const SHOP_SETTINGS: TrainingSettings = {
  popularity: DEFAULT_POPULARITY,
  // A shop's steps are visits as well as clicks: ten of them reach far enough.
  transitions: { ...DEFAULT_TRANSITIONS, window: 10 },
  baskets: DEFAULT_BASKETS,
  content: DEFAULT_CONTENT,
  kinTrend: true,
  ease: { taste: DEFAULT_EASE.people, basket: DEFAULT_EASE.baskets },
  embeddings: { ...DEFAULT_EMBEDDINGS, epochs: 3 },
  ranker: {
    ...DEFAULT_RANKER,
    listLength: 96,
    kept: 200,
    batch: 32,
    epochs: 6,
    rate: 3e-3,
    // Next baskets of validation on Online Retail II, from one ranker to the mean of so many: two .0010 of ndcg@10 (.0006 its
    // standard error, basket by basket), three .0028 (.0008), six .0034 (.0010).
    committee: 3,
    classesBy: BY_PLACEMENT,
    apart: { by: ARRIVES, hidden: [48, 24] },
  },
  unread: STEPS,
  seen: { least: 500, most: 2000 },
  carries: { content: true, tokens: true, order: true, pairs: true },
  bits: { embeddings: 5, content: 4 },
  deep: { ...DEFAULT_DEEP, classesBy: BY_PLACEMENT },
  packing: { cut: 30, bits: 8 },
  bytes: SHOP_BUDGET,
  // What a shopper bought last year still tells what comes next, so all of it is read.
  funnel: {
    ...DEFAULT_SETTINGS,
    anchors: 300,
    ranked: 500,
    proposals: {
      ...DEFAULT_SETTINGS.proposals,
      embedding: 150,
      transitions: 150,
      'bought-together': 150,
      history: 300,
    },
  },
};

/** Least number of different histories behind an entry of any list that leaves the shop. */
export function withSupport(settings: TrainingSettings, minSupport: number): TrainingSettings {
  const { ease } = settings;
  return {
    ...settings,
    ...(ease === undefined
      ? {}
      : { ease: { taste: { ...ease.taste, minSupport }, basket: { ...ease.basket, minSupport } } }),
    transitions: { ...settings.transitions, minSupport },
    baskets: { ...settings.baskets, minSupport },
  };
}

/** Items up to which a shop's budget has room for vectors of whole bytes beside everything else. */
const ROOMY = 8000;

/** Vectors are rounded to fewer bits only where bytes are short. */
export const withRoom = (settings: TrainingSettings, items: number): TrainingSettings =>
  items > ROOMY ? settings : { ...settings, bits: { embeddings: 8, content: 8 } };
