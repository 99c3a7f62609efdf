import { ln } from '../../kernel/math.ts';
import { FACT } from '../facts.ts';
import { ln1 } from '../logarithm.ts';
import type { Accumulator } from '../scratch.ts';
import type { Feature, Scene } from './feature.ts';

/** Keeps the logarithm of a list weight finite where the list says nothing. */
const LEAST = 1e-4;
const LN_LEAST = ln(LEAST);

type ListSource = 'boughtTogether' | 'taste' | 'basket';

const of = (
  name: string,
  source: string,
  value: (sums: Accumulator, slot: number, anchors: number) => number,
): Feature[] =>
  (
    [
      ['bought-together', 'boughtTogether'],
      ['taste', 'taste'],
      ['basket', 'basket'],
    ] as const
  ).map(([list, memory]) => ({
    name: `${list}-${name}`,
    origin: 'pair',
    source: `${list} lists of the shelf's anchors: ${source}`,
    column: (scene) => fill(scene, memory, value),
  }));

/** Reads what the source left in its accumulator: sums, maxima and counts over the anchors' lists. */
function fill(
  { engine: { scratch }, seen, rows, lend }: Scene,
  memory: ListSource,
  value: (sums: Accumulator, slot: number, anchors: number) => number,
): Float32Array {
  const out = lend();
  const sums = scratch[memory];
  for (let i = 0; i < out.length; i++) out[i] = value(sums, sums.slots.of[rows[i]!]!, seen.anchors.length);
  return out;
}

const lnWeight = (weight: number): number => (weight > 0 ? ln(weight + LEAST) : LN_LEAST);

/** The candidate against the items that the shelf starts from: a cart's lines, a page's product, the shopper's items. */
export const ANCHORED: readonly Feature[] = [
  ...of('mean', 'ln of the sum, an anchor', (sums, slot, anchors) =>
    lnWeight(sums.sum[slot]! / Math.max(1, anchors)),
  ),
  ...of('largest', 'ln of the largest weight', (sums, slot) => lnWeight(sums.most[slot]!)),
  ...of('listed', 'ln of anchors that list it', (sums, slot) => ln1(sums.count[slot]!)),
  {
    name: 'anchors-category',
    origin: 'pair',
    source: "category column: share of the shelf's anchors in its category",
    column: (scene) => shareOfCategory(scene),
  },
  {
    name: 'anchors-price',
    origin: 'pair',
    source: "price column: distance from the mean ln price of the shelf's anchors",
    column: (scene) => priceDistance(scene),
  },
];

function shareOfCategory({ engine, seen, category, lend }: Scene): Float32Array {
  const out = lend().fill(0);
  const counts = new Map<number, number>();
  for (const { row } of seen.anchors) {
    const name = engine.index.facts.of(FACT.category, row);
    if (name > 0) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  if (counts.size > 0)
    for (let i = 0; i < out.length; i++) out[i] = (counts.get(category[i]!) ?? 0) / seen.anchors.length;
  return out;
}

function priceDistance({ seen, rows, lend }: Scene): Float32Array {
  const out = lend().fill(0);
  const { price, lnPrice } = seen.market;
  let sum = 0;
  let priced = 0;
  for (const { row } of seen.anchors) {
    if (!(price[row]! > 0)) continue;
    sum += lnPrice[row]!;
    priced += 1;
  }
  if (priced > 0)
    for (let i = 0; i < out.length; i++)
      if (price[rows[i]!]! > 0) out[i] = Math.abs(lnPrice[rows[i]!]! - sum / priced);
  return out;
}
