import { DEFAULT_DEEP } from '../../../models/ranker/deep/train.ts';
import { DEFAULT_RANKER } from '../../../models/ranker/train.ts';
import { FEATURES } from '../../../shared/engine/features.ts';
import { DEFAULT_SETTINGS } from '../../../shared/engine/settings.ts';
import type { ByteBudget } from '../../training/budget.ts';
import { blendOf, type Choice, decayOf } from '../../training/choose.ts';
import {
  PACKINGS,
  type Packing,
  SHOP_SETTINGS,
  type TrainingSettings,
  type TransitionAxis,
} from '../../training/settings.ts';
import { SESSION_SPAN } from './unit-clock.ts';

/** Lists keep pairs of one person here: the files are public, and published figures do the same. */
const MIN_SUPPORT = 1;

/** Nothing is known of baskets, and what shares a whole history says little beside transitions for its bytes. */
const NO_BASKETS = { ...SHOP_SETTINGS.baskets, most: 0 };

/** Sizes are told before compression here, so a vector's byte is used in full. */
const BITS = { embeddings: 8, content: 8 };

/**
 * Limits on the whole bundle's bytes before compression: 3.4 MB for the 12,101 items of Amazon Beauty, 5 MB for the 43,097
 * of Diginetica; as many an item for more.
 */
const SEQUENCE_BYTES: ByteBudget = { form: 'raw', anItem: 280, least: 3_400_000, spend: 'all' };
const SESSION_BYTES: ByteBudget = { form: 'raw', anItem: 116, least: 5_000_000, spend: 'all' };

/** A benchmark must end within ten minutes; without categories the deep ranker seldom has more to say. */
const DEEP = { ...DEFAULT_DEEP, mostLists: 4000, epochs: 6 };

export const SEQUENCE_SETTINGS: TrainingSettings = {
  ...SHOP_SETTINGS,
  ease: undefined,
  transitions: { ...SHOP_SETTINGS.transitions, window: 50, minSupport: MIN_SUPPORT },
  baskets: NO_BASKETS,
  // Clocks that are ours have no season, and every byte an item counts.
  kinTrend: false,
  // Items are met seldom here: by trials on validation rows that move on by their momentum say more and over-fit sooner, so
  // dropout and smoothing are stronger than a shop's.
  embeddings: {
    ...SHOP_SETTINGS.embeddings,
    decay: 0.6,
    epochs: 5,
    mostPositions: 1_000_000,
    moving: true,
    dropout: 0.6,
    smoothing: 0.2,
  },
  // One in four histories answers within the candidates, and a list is worth more than a network of half the width makes of it, by
  // the cross-entropy of validation's lists.
  ranker: { ...DEFAULT_RANKER, hidden: [128, 64], dropout: 0.2 },
  unread: [],
  bits: BITS,
  bytes: SEQUENCE_BYTES,
  deep: DEEP,
  // Attributes are few and exact: their tokens say more than vectors of them, in a sixth of the bytes.
  carries: { ...SHOP_SETTINGS.carries, content: false },
  funnel: {
    ...DEFAULT_SETTINGS,
    ranked: 150,
    decay: { ...DEFAULT_SETTINGS.decay, transitions: 0.6 },
  },
};

export const SEQUENCE_CHOICES: readonly Choice[] = [
  blendOf('embedding', [5, 10, 15, 20]),
  decayOf('transitions', [0.6, 0.8]),
  blendOf('popular', [0, 0.1]),
  blendOf('trending', [0]),
  blendOf('category', [0]),
];

/**
 * Sessions come with their order alone, and the clock that they are given is ours: hours and weekdays say nothing (and are one hour
 * for all of the test), an age in days or a pause in minutes says what a count of clicks says. Read or not, recall@20 of validation
 * is the same within its noise.
 */
const CLOCKED = FEATURES.map(({ name }) => name).filter((name) =>
  /^(hour-|week|session-duration|session-pause|item-age)/.test(name),
);

export const SESSION_SETTINGS: TrainingSettings = {
  ...SHOP_SETTINGS,
  ease: undefined,
  transitions: {
    ...SHOP_SETTINGS.transitions,
    decay: 0.8,
    window: 5,
    backward: 0.5,
    lengthPower: 0.7,
    from: 0.5,
    to: 0.1,
    recency: SESSION_SPAN,
    minSupport: 2,
    most: 20,
  },
  baskets: NO_BASKETS,
  kinTrend: false,
  embeddings: {
    ...SHOP_SETTINGS.embeddings,
    tied: true,
    decay: 0.74,
    pooled: 20,
    epochs: 4,
    mostPositions: 2_000_000,
    batch: 2000,
    negatives: 2800,
    popularShare: 0.5,
    corrected: true,
    dropout: 0.3,
    smoothing: 0,
    rate: 4e-3,
    warmUp: 200,
    floor: 0.02,
    scale: 14,
    recency: 1,
    repeats: true,
    // Better on validation, for the vectors alone and for the whole funnel.
    moving: true,
  },
  unread: [...SHOP_SETTINGS.unread, ...CLOCKED],
  // Ties on validation, within a standard error or two: without dropout, on whole lists, three networks' mean, 40,000 questions,
  // 200 ranked candidates. So the quickest is done.
  ranker: { ...DEFAULT_RANKER, kept: 120, epochs: 6 },
  bits: BITS,
  bytes: SESSION_BYTES,
  deep: { ...DEEP, mostLists: 3000, epochs: 4 },
  packing: { cut: 20, bits: 4 },
  funnel: {
    ...DEFAULT_SETTINGS,
    ranked: 120,
    proposals: { ...DEFAULT_SETTINGS.proposals, embedding: 60, transitions: 60, 'bought-together': 40 },
    decay: { ...DEFAULT_SETTINGS.decay, transitions: 0.6, history: 0.8 },
  },
};

/**
 * Lists have twenty entries at most here. Their tails are tried without, since what they free keeps counts of pairs and columns of
 * order, which validate better; `validation.lists` of `--json` has the figures of each packing.
 */
export const SESSION_PACKINGS: readonly Packing[] = [...PACKINGS, { cut: 16, bits: 4 }, { cut: 12, bits: 4 }];

export const SESSION_AXES: readonly TransitionAxis[] = [
  [{ backward: 0.7 }],
  [{ window: 10 }],
  [{ lengthPower: 0.5 }],
];

export const SESSION_CHOICES: readonly Choice[] = [
  blendOf('history', [-1, 0, 1, 2, 4]),
  blendOf('embedding', [5, 10, 20]),
  decayOf('transitions', [0.6, 0.8]),
  blendOf('popular', [0, 0.1]),
  blendOf('trending', [0, 0.1]),
];
