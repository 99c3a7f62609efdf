import type { Journal } from '../../models/contract.ts';
import type { Kernel } from '../../shared/kernel/contract.ts';
import type { Item } from '../../shared/protocol/item.ts';
import type { Market } from '../../shared/protocol/manifest.ts';
import { type BuiltDataset, buildDataset, hashWith } from '../dataset/dataset.ts';
import type { StoredInteraction, StoredShopper, StoredSlate } from '../store/contract.ts';
import { wasmArithmetic } from './arithmetic.ts';
import type { Champion, TrainedRelease } from './contract.ts';
import { giveVectors, type OutsideVectors } from './given.ts';
import type { SeenSlate } from './plan.ts';
import type { PlanTools } from './plan-options.ts';
import { PRESETS, type PresetName } from './presets.ts';
import { runPlan } from './run-plan.ts';
import { placeSlates, tellingSlates } from './seen/slates.ts';
import { type SeenSettings, type TrainingSettings, withRoom, withSupport } from './settings.ts';
import { shopPlan } from './shop-plan.ts';
import { withShoppers } from './shoppers.ts';
import type { GivenEmbeddings, Memory } from './sources.ts';
import { optionsDigest } from './stages/options.ts';
import type { RunKey, Unfinished } from './stages/stages.ts';
import { warmSpaces } from './warm.ts';

/** A shop as training finds it. */
export interface ShopData {
  readonly items: readonly Item[];
  readonly interactions: Iterable<StoredInteraction>;
  /** what the shop says of its shoppers; absent: nothing */
  readonly shoppers?: readonly StoredShopper[];
  /** slates that were seen, by events before a time, ms; absent: none is logged */
  readonly slates?: (before: number) => Iterable<StoredSlate>;
  readonly markets: readonly Market[];
  /** the fit's clock, ms: nothing at or after it is read */
  readonly now: number;
}

export interface TrainOptions {
  readonly seed: number;
  /** least number of different people behind an entry of any list; 2 where it is left out */
  readonly minSupport?: number;
  /** how much is tried; `fast` where it is left out */
  readonly preset?: PresetName;
  /** in place of the preset's */
  readonly settings?: TrainingSettings;
  /** vectors of an outside system in place of learned ones */
  readonly vectors?: OutsideVectors;
  /** what is published: it answers the test as well */
  readonly champion?: Champion;
  /** whether some shoppers neither teach nor choose, for the gate; they do where it is left out */
  readonly examined?: boolean;
  /** embeddings go on from the champion's; how many runs in a row then have done so, this one counted */
  readonly warm?: number;
  /** version of the code that trains, for the lineage */
  readonly code: string;
  readonly kernel: Kernel;
  /** the host's monotonic clock, ms */
  clock(): number;
  packed?: PlanTools['packed'];
  /** keeps finished stages, so that a run that is stopped can be gone on with */
  readonly keeper?: StageKeeper;
}

/** Where unfinished runs lie. */
export interface StageKeeper {
  unfinished(options: string): Unfinished | undefined;
  /** @param clock the run's, ms */
  open(key: RunKey, clock: number): Memory;
}

/** Too little to train on. */
export class TrainingError extends Error {
  override readonly name = 'TrainingError';
  readonly code: 'no-items' | 'no-markets' | 'too-short';
  constructor(code: TrainingError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * From a shop's data to a release: everything that `publish` needs.
 * @throws TrainingError without items or markets
 */
export async function train(
  shop: ShopData,
  options: TrainOptions,
  journal: Journal,
): Promise<TrainedRelease> {
  const { seed, code, kernel, clock, packed } = options;
  if (shop.items.length === 0) throw new TrainingError('no-items', 'Found no items, expected at least one.');
  if (shop.markets.length === 0)
    throw new TrainingError('no-markets', 'Found no markets, expected one at least.');
  const started = clock();
  const preset = PRESETS[options.preset ?? 'fast'];
  const wanted = options.settings ?? preset.settings;
  const { built, now, memory, slates } = await readShop(shop, options, wanted.seen);
  const { dataset, dropped, hash } = built;
  journal.log('dataset', {
    groups: dataset.catalogue.groups.length,
    interactions: dataset.interactions.item.length,
    users: dataset.interactions.users,
    ...dropped,
  });
  const settings = withRoom(withSupport(wanted, options.minSupport ?? 2), dataset.catalogue.groups.length);
  const given =
    options.vectors && giveVectors(options.vectors, dataset, { dims: settings.embeddings.dims, seed });
  if (given) journal.log('given embeddings', given.card.metrics);
  const warm = options.warm && options.champion && !given ? warmSpaces(options.champion) : undefined;
  const plan = shopPlan(dataset, {
    ...preset.plan,
    seed,
    ...(options.examined === false ? { testQueries: 0 } : {}),
    ...(wanted.seen && slates.length > 0 ? { seen: { ...wanted.seen, slates } } : {}),
  });
  const { settings: chosen, ...trained } = runPlan(
    plan,
    {
      settings,
      markets: shop.markets,
      // Rules are filters on top: the ranker learns from candidates that they have not thinned out.
      rules: 'off',
      choices: preset.choices,
      transitions: preset.transitions,
      packings: preset.packings,
      ...(preset.choosing === undefined ? {} : { choosing: preset.choosing }),
      now,
      ...(options.champion ? { champion: options.champion } : {}),
    },
    {
      arithmetic: await wasmArithmetic(),
      journal,
      seed,
      kernel,
      ...(given ? { given } : {}),
      ...(warm ? { warm } : {}),
      ...(packed ? { packed } : {}),
      ...(memory ? { memory } : {}),
    },
  );
  journal.log('trained', { ...trained.metrics, cut: chosen.packing.cut, bits: chosen.packing.bits });
  const seconds = (clock() - started) / 1000;
  const interactions = dataset.interactions.item.length;
  const lineage = {
    ...{ dataHash: hash, code, seed, interactions, trainedAt: now, seconds },
    until: dataset.until,
    parameters: {
      ...parametersOf(chosen),
      preset: options.preset ?? 'fast',
      'warm.generation': 'warm.rows.kept' in trained.metrics ? (options.warm ?? 0) : 0,
    },
    ...(options.champion ? { champion: options.champion.run } : {}),
  };
  return { ...trained, metrics: { ...trained.metrics, ...costOf(given) }, lineage };
}

interface Read {
  readonly built: BuiltDataset;
  /** the run's clock, ms */
  readonly now: number;
  readonly memory: Memory | undefined;
  /** empty where too few are logged */
  readonly slates: readonly SeenSlate[];
}

/**
 * A run that was stopped is gone on with as of its own beginning, if the shop then is still what it was: events that have come
 * since are the next run's.
 */
async function readShop(
  shop: ShopData,
  options: TrainOptions,
  seen: SeenSettings | undefined,
): Promise<Read> {
  const { keeper } = options;
  const key = keeper === undefined ? '' : digestOf(shop, options);
  const before = keeper?.unfinished(key);
  if (keeper && before) {
    const read = await readAsOf(shop, before.now, seen);
    if (read.built.hash === before.key.data)
      return { ...read, now: before.now, memory: keeper.open(before.key, before.now) };
  }
  const read = await readAsOf(shop, shop.now, seen);
  const memory = keeper?.open({ data: read.built.hash, options: key }, shop.now);
  return { ...read, now: shop.now, memory };
}

/** Slates count for the data's hash only where there are enough to be learned from. */
async function readAsOf(shop: ShopData, now: number, seen: SeenSettings | undefined) {
  const logged = seen === undefined ? [] : tellingSlates(shop.slates?.(now) ?? []);
  const telling = seen === undefined || logged.length < seen.least ? [] : logged;
  const { shoppers = [] } = shop;
  const subjects = [...new Set([...telling, ...shoppers].map(({ subject }) => subject))];
  const read = await buildDataset(shop.items, shop.interactions, { now, subjects });
  const built = withShoppers(read, shoppers);
  if (telling.length === 0) return { built, slates: [] };
  const slates = placeSlates(telling, built);
  return { built: { ...built, hash: hashWith(built.hash, slates) }, slates };
}

function digestOf({ markets }: ShopData, options: TrainOptions): string {
  const { seed, minSupport, preset, settings, code, warm, examined, vectors, champion } = options;
  const plain = { markets, seed, minSupport, preset, settings, code, warm, examined };
  return optionsDigest({ plain, vectors, champion });
}

/** Settings by dotted names, as registries of runs list them. */
function parametersOf(value: object, prefix = ''): Record<string, string | number | boolean> {
  return Object.assign(
    {},
    ...Object.entries(value).map(([key, one]) => {
      if (typeof one === 'object' && one !== null && !Array.isArray(one))
        return parametersOf(one, `${prefix}${key}.`);
      const plain = typeof one === 'number' || typeof one === 'boolean' ? one : String(one);
      return { [`${prefix}${key}`]: plain };
    }),
  );
}

/** What bringing an outside system's vectors to the bundle's dimensions cost. */
const costOf = (given: GivenEmbeddings | undefined): Record<string, number> =>
  Object.fromEntries(
    Object.entries(given?.card.metrics ?? {}).map(([name, value]) => [`given.${name}`, value]),
  );
