import { brotliCompressSync, constants } from 'node:zlib';
import type { ModelCard } from '../../models/contract.ts';
import { FEATURES } from '../../shared/engine/features.ts';
import type { BundlePart } from './contract.ts';
import { HEAD_BYTES, weightOf } from './head.ts';
import type { TrainingSettings } from './settings.ts';

/** Most bytes that one device loads of a release: so many an item, and no fewer than `least` in all. */
export interface ByteBudget {
  /** `brotli` at its best quality; `raw` as files are encoded */
  readonly form: 'brotli' | 'raw';
  readonly anItem: number;
  readonly least: number;
  /** whether bytes that bring next to nothing are spent as long as there is room; `little` where it is left out */
  readonly spend?: 'little' | 'all';
}

export const limitOf = ({ anItem, least }: ByteBudget, items: number): number =>
  Math.max(least, anItem * items);

/** Quality 5 takes a fiftieth of the time of 11, which files are served at. */
const QUICK = 5;

/** What 11 leaves of what 5 leaves, by role, a little more than was measured on drawn releases of 8,000 to 100,000 items. */
const BEST_OVER_QUICK: Readonly<Record<string, number>> = { shard: 0.935, cards: 0.89, weights: 1 };
const OF_LISTS = 0.975;

/** Bytes of one device, in this form. */
export const weighParts = (parts: readonly BundlePart[], form: ByteBudget['form']): number =>
  Math.ceil(
    weightOf(parts, ({ role, bytes }) =>
      form === 'raw' ? bytes.length : quickly(bytes) * (BEST_OVER_QUICK[role] ?? OF_LISTS),
    ),
  );

const quickly = (bytes: Uint8Array): number =>
  brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: QUICK, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  }).length;

/** Share of a head's bytes that brotli leaves: .45 to .48 of drawn ones. */
const HEAD_SHARE = 0.48;

/** What a head adds to a release of so many bytes, which is cut only after everything else is decided. */
export const headWeight = (raw: number, form: ByteBudget['form']): number =>
  raw <= HEAD_BYTES ? 0 : HEAD_BYTES * (form === 'raw' ? 1 : HEAD_SHARE);

/** Of int8 weights, which compress little. */
const NETWORK_SHARE = 0.9;

/**
 * What the small ranker and the encoder will weigh, before they are trained. The deep ranker is not counted: nothing is given
 * up for what may not ship, and it ships in what is left over (`chooseShipped`).
 */
export function networkWeight({ ranker, embeddings }: TrainingSettings, form: ByteBudget['form']) {
  const encoder = 2 * embeddings.dims * embeddings.hidden + 4 * 4 * embeddings.hidden;
  const { hidden: each, apart, committee = 1 } = ranker;
  const hidden = each.map((width, at) => committee * (width + (apart?.hidden[at] ?? 0)));
  const small = layerBytes([FEATURES.length, ...hidden, 1]);
  return (encoder + small) * (form === 'raw' ? 1 : NETWORK_SHARE);
}

/** A byte a weight, a scale and a bias an output. */
const layerBytes = (widths: readonly number[]): number =>
  widths.slice(1).reduce((sum, outputs, at) => sum + outputs * (widths[at]! + 8), 0);

/** Bytes of a component of `bits` bits: brotli leaves about four tenths of a bit less. */
const componentBytes = (bits: number, form: ByteBudget['form']): number =>
  form === 'raw' ? 1 : (bits - 0.4) / 8;

/**
 * What an item costs beside vectors where a release carries everything and lists are at their shortest: ids, columns,
 * tokens, lists, cards; and what one costs that EASE has rows of. Measured on drawn releases.
 */
const REST = { brotli: 85, raw: 110 } as const;
const EASE_REST = 72;

/**
 * Whether a release has room for two tables of vectors and all else. It must be known before anything is fitted, so it is
 * estimated; and the second table, a sixth of the bytes, goes before anything else does.
 */
export function roomForTwoTables(
  settings: TrainingSettings,
  budget: ByteBudget,
  { items, head = true }: { readonly items: number; readonly head?: boolean | undefined },
): boolean {
  const { embeddings, carries, bits, content, ease } = settings;
  const { form } = budget;
  const tables = 2 * embeddings.dims * componentBytes(bits.embeddings, form);
  const said = carries.content ? content.dims * componentBytes(bits.content, form) : 0;
  const lists = EASE_REST * Math.min(items, ease?.taste.mostItems ?? 0);
  const whole = items * (tables + said + REST[form]) + lists + networkWeight(settings, form);
  // A head is as many bytes as it may be wherever two tables are too many.
  return whole + (head ? headWeight(HEAD_BYTES + 1, form) : 0) <= limitOf(budget, items);
}

/** Something that a release can do without. */
export interface Economy {
  readonly name: string;
  spare(settings: TrainingSettings): TrainingSettings;
}

const without = (what: keyof TrainingSettings['carries']): Economy => ({
  name: what,
  spare: (settings) => ({ ...settings, carries: { ...settings.carries, [what]: false } }),
});

/** Entries of a shortened list of EASE; bits of a component of coarse content. */
const FEW_ENTRIES = 10;
const COARSE = 3;

/**
 * In the order in which they are given up, a fixed one: to measure each would mean to train a ranker for each. First the
 * tail of lists whose head says most; then what sharpens features that other features tell as well; last the vectors of what
 * the catalogue says, without which new items still have lists of their kin and learned vectors from their tokens. (The second
 * table of vectors went before them. The deep ranker is not among them, since nothing is given up to make room for it.)
 */
export const ECONOMIES: readonly Economy[] = [
  {
    name: 'ease-entries',
    spare: (settings) => ({ ...settings, packing: { ...settings.packing, further: FEW_ENTRIES } }),
  },
  without('pairs'),
  without('order'),
  without('tokens'),
  {
    name: 'content-bits',
    spare: (settings) => ({
      ...settings,
      bits: { ...settings.bits, content: Math.min(COARSE, settings.bits.content) },
    }),
  },
  without('content'),
];

export interface Lightened {
  readonly settings: TrainingSettings;
  /** names of economies */
  readonly left: readonly string[];
  /** before and after */
  readonly full: number;
  readonly bytes: number;
}

/**
 * Gives up one thing after another until a release fits, then takes back whatever there is room for after all, what was
 * given up last first. What spares no bytes is kept. Where nothing helps, all that helped a little is left out.
 */
export function lighten(
  settings: TrainingSettings,
  limit: number,
  weigh: (settings: TrainingSettings) => number,
): Lightened {
  const spared = (left: readonly Economy[]) => left.reduce((spent, { spare }) => spare(spent), settings);
  const full = weigh(settings);
  let best = { left: [] as readonly Economy[], bytes: full };
  for (const economy of ECONOMIES) {
    if (best.bytes <= limit) break;
    const left = [...best.left, economy];
    const bytes = weigh(spared(left));
    if (bytes < best.bytes) best = { left, bytes };
  }
  const kept = best.bytes <= limit ? best.left.slice(0, -1).reverse() : [];
  for (const economy of kept) {
    const left = best.left.filter((one) => one !== economy);
    const bytes = weigh(spared(left));
    if (bytes <= limit) best = { left, bytes };
  }
  return { settings: spared(best.left), left: best.left.map(({ name }) => name), full, bytes: best.bytes };
}

/** What a release of so many bytes had to leave out, kept with it. */
export function budgetCard(
  { form, ...budget }: ByteBudget,
  found: { limit: number; bytes: number; full: number; left: readonly string[] },
  seed: number,
): ModelCard {
  const { limit, bytes, full, left } = found;
  return {
    model: 'byte-budget',
    purpose: 'what one device loads of this release, all in, stays within a limit',
    data: 'the packed files: the head, and of the cards those of the heaviest market',
    method:
      'one table of vectors by an estimate before the fit; then a fixed order of what is given up, on packed bytes; lists by validation among what fits; the deep ranker in what is left over',
    source: 'documented order in training/budget.ts',
    parameters: { form, ...budget, left: left.join(', ') || 'nothing' },
    metrics: { limit, bytes, full },
    limits:
      bytes <= limit
        ? 'brotli is estimated from a quick quality'
        : 'the limit is not kept: nothing more can go',
    seed,
  };
}
