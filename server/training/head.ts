import { decodeShard } from '../../shared/bundle/shard.ts';
import { sliceCards, sliceNeighbours, sliceShard } from '../../shared/bundle/slice.ts';
import { partsOfLevel } from '../../shared/protocol/level.ts';
import type { Golden } from '../../shared/protocol/manifest.ts';
import type { BundlePart, TrainedRelease } from './contract.ts';

/**
 * What a device loads before its first slate, at most, before compression: embeddings compress little, the rest by half,
 * so that what crosses the wire stays well below a megabyte. Bytes as they are encoded, since what a compressor makes of them
 * differs from one Node to the next, and a training run must not.
 */
export const HEAD_BYTES = 800_000;
/** A head of fewer items has too little to say. */
const LEAST_ITEMS = 200;

type Levels = Pick<TrainedRelease, 'parts' | 'golden' | 'head'>;

/**
 * Puts a head of the most popular items before a release that is too heavy for a first slate; a light one stays as it is.
 * @param goldenOf what the release of these parts answers to its golden input
 */
export function withHead(
  whole: Omit<Levels, 'head'>,
  goldenOf: (parts: readonly BundlePart[]) => Golden,
  budget = HEAD_BYTES,
): Levels {
  const { parts } = whole;
  if (weightOf(parts) <= budget) return whole;
  const shard = decodeShard(bytesOf(parts, 'shard'));
  const order = byPopularity(shard.column('popularity'));
  const items = headItems(parts, order, budget);
  if (items < LEAST_ITEMS || items >= shard.items) return whole;
  const head = cutHead(parts, order.subarray(0, items));
  const levels = [...head, ...parts];
  return { ...whole, parts: levels, head: { items, golden: goldenOf(partsOfLevel(levels, 'head')) } };
}

/** The shard, lists and cards of some rows. */
function cutHead(parts: readonly BundlePart[], of: Uint32Array): BundlePart[] {
  const variants = decodeShard(bytesOf(parts, 'shard')).variants.ids;
  const rows = of.slice().sort();
  const shard = sliceShard(bytesOf(parts, 'shard'), rows);
  const { ids } = decodeShard(shard).variants;
  const names = Array.from({ length: ids.size }, (_, at) => ids.idAt(at));
  const cut = ({ role, bytes }: BundlePart): Uint8Array | undefined => {
    if (role === 'shard') return shard;
    if (role === 'cards') return sliceCards(bytes, names, variants);
    return role === 'weights' ? undefined : sliceNeighbours(bytes, rows);
  };
  return parts.flatMap((part) => {
    const bytes = cut(part);
    return bytes === undefined ? [] : [{ ...part, level: 'head' as const, needed: false, bytes }];
  });
}

/** Bytes that one device loads: of each level's cards those of the heaviest market alone. */
export function weightOf(
  parts: readonly BundlePart[],
  weigh: (part: BundlePart) => number = ({ bytes }) => bytes.length,
): number {
  const cards = new Map<BundlePart['level'], number>();
  let others = 0;
  for (const part of parts)
    if (part.role === 'cards') cards.set(part.level, Math.max(weigh(part), cards.get(part.level) ?? 0));
    else others += weigh(part);
  return [...cards.values()].reduce((sum, weight) => sum + weight, others);
}

const STEPS = 4;

/** As many items as the budget holds: bytes grow about evenly with items, so a few steps find it from below. */
function headItems(parts: readonly BundlePart[], order: Uint32Array, budget: number): number {
  const room = budget - bytesOf(parts, 'weights').length;
  let items = Math.floor((order.length * room) / weightOf(parts));
  for (let step = 0; step < STEPS && items >= LEAST_ITEMS; step++) {
    const weight = weightOf(cutHead(parts, order.subarray(0, items)));
    if (weight <= room && weight > room * 0.95) break;
    items = Math.min(order.length, Math.floor((items * room * 0.98) / weight));
  }
  return items;
}

/** Rows, most popular first, ties by lower row. */
function byPopularity(popularity: Float32Array): Uint32Array {
  return Uint32Array.from(popularity.keys()).sort((a, b) => popularity[b]! - popularity[a]! || a - b);
}

function bytesOf(parts: readonly BundlePart[], role: string): Uint8Array {
  const part = parts.find((one) => one.role === role);
  if (part === undefined) throw new RangeError(`head: found no ${role} among the parts, expected one`);
  return part.bytes;
}
