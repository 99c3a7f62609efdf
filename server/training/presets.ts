import { CHOICES, type Choice } from './choose.ts';
import { TRANSITION_AXES } from './choose-transitions.ts';
import {
  PACKINGS,
  type Packing,
  SHOP_SETTINGS,
  type TrainingSettings,
  type TransitionAxis,
} from './settings.ts';
import { DEFAULT_SHOP_PLAN, type ShopPlanSettings } from './shop-plan.ts';

/** How much a training run tries. What is tried is chosen on validation in either. */
export interface Preset {
  readonly settings: TrainingSettings;
  readonly plan: Omit<ShopPlanSettings, 'seed'>;
  readonly choices: readonly Choice[];
  readonly transitions: readonly TransitionAxis[];
  readonly packings: readonly Packing[];
  /** validation's queries that choose the funnel's settings; absent: all */
  readonly choosing?: number;
}

export const PRESET_NAMES = ['fast', 'full'] as const;
export type PresetName = (typeof PRESET_NAMES)[number];

/**
 * Rankers differ by a hundredth or two of their ndcg. The standard error of such a difference, question by question, is .015 of it
 * with 500 questions and .009 with 1,500 (class weights or none, validation of Online Retail II). What is blended differs by more,
 * and is tried more often.
 */
const FULL_VALIDATION = 1500;
const FULL_CHOOSING = 500;

/** Shoppers' questions that judge the release at the end. */
const FULL_TEST = 1000;
const FAST_TEST = 250;

const FULL: Preset = {
  settings: SHOP_SETTINGS,
  plan: { ...DEFAULT_SHOP_PLAN, validationQueries: FULL_VALIDATION, testQueries: FULL_TEST },
  choosing: FULL_CHOOSING,
  choices: CHOICES,
  transitions: TRANSITION_AXES,
  packings: PACKINGS,
};

/**
 * A release within minutes, for a first look and for every few hours: the same models but the deep ranker, one small ranker in
 * place of a committee, no trial of class weights or of arrivals apart, one window of visits that teaches, fewer questions, shorter histories, and the transitions' settings as they are.
 */
const FAST: Preset = {
  settings: {
    ...SHOP_SETTINGS,
    deep: undefined,
    embeddings: { ...SHOP_SETTINGS.embeddings, epochs: 2 },
    ranker: {
      ...SHOP_SETTINGS.ranker,
      listLength: 40,
      kept: 100,
      epochs: 4,
      committee: 1,
      classesBy: undefined,
      apart: undefined,
    },
    funnel: { ...SHOP_SETTINGS.funnel, anchors: 60, ranked: 250 },
  },
  plan: {
    ...DEFAULT_SHOP_PLAN,
    cuts: 1,
    leastQueries: 1500,
    mostQueries: 3000,
    validationQueries: 150,
    testQueries: FAST_TEST,
  },
  choices: CHOICES,
  transitions: [],
  packings: PACKINGS.filter(({ cut }) => cut === 30),
};

export const PRESETS: Readonly<Record<PresetName, Preset>> = { fast: FAST, full: FULL };
