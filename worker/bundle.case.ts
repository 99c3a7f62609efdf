import { encodeCards } from '../shared/bundle/cards.ts';
import { encodeNeighbours } from '../shared/bundle/neighbours.ts';
import { decodeShard, encodeShard } from '../shared/bundle/shard.ts';
import { sliceCards, sliceNeighbours, sliceShard } from '../shared/bundle/slice.ts';
import { encodeWeights } from '../shared/bundle/weights.ts';
import { closeEngine, openRelease } from '../shared/engine/engine.ts';
import { FEATURE_SCHEMA } from '../shared/engine/features.ts';
import { goldenSlate } from '../shared/engine/golden.ts';
import { DEFAULT_SETTINGS } from '../shared/engine/settings.ts';
import { loadKernel } from '../shared/kernel/load.ts';
import type { ItemId, MarketId, ReleaseId } from '../shared/protocol/ids.ts';
import { type Level, partsOfLevel } from '../shared/protocol/level.ts';
import type { Golden } from '../shared/protocol/manifest.ts';

/** A bundle for tests: rows in groups, whose items are alike and follow one another. Group g's items are `g-00` on. */
export interface TestBundle {
  readonly parts: readonly {
    role: string;
    needed: boolean;
    bytes: Uint8Array<ArrayBuffer>;
    market?: MarketId;
    level?: Level;
  }[];
  readonly golden: Golden;
  readonly items: number;
  readonly space: string;
  readonly featureSchema: string;
}

const GROUPS = ['bowls', 'lamps', 'pens', 'rugs', 'socks', 'teas'];
const DIMS = 16;
export const MARKET = 'gb' as MarketId;
export const itemOf = (group: string, at: number): ItemId =>
  `${group}-${String(at).padStart(2, '0')}` as ItemId;

/** @param edition changes what is popular, so that another edition is another release */
export function testBundle(edition = 1, perGroup = 20): TestBundle {
  const items = GROUPS.length * perGroup;
  const rows = Array.from({ length: items }, (_, row) => ({
    row,
    group: Math.floor(row / perGroup),
    at: row % perGroup,
  }));
  const ids = rows.map(({ group, at }) => itemOf(GROUPS[group] ?? '', at));
  const column = (value: (one: (typeof rows)[number]) => number) => Float32Array.from(rows, value);
  const popularity = column(({ row }) => 1 + ((row * 7 + edition * 31) % items));
  const shard = encodeShard({
    space: 'test-space',
    ids,
    embeddings: { dims: DIMS, values: vectors(rows), unit: false },
    categories: ['', ...GROUPS],
    brands: [''],
    columns: { category: column(({ group }) => group + 1), popularity, views: popularity },
    markets: [
      {
        market: MARKET,
        currency: 'GBP',
        price: column(({ at }) => 5 + at),
        variantInStock: new Uint8Array(items).fill(1),
      },
    ],
  });
  const settings = { ...DEFAULT_SETTINGS, featureSchema: FEATURE_SCHEMA };
  const lists = followers(rows, perGroup);
  const parts = [
    { role: 'shard', needed: true, bytes: shard },
    { role: 'transitions', needed: true, bytes: encodeNeighbours(lists, { cut: 10, bits: 8 }) },
    { role: 'bought-together', needed: true, bytes: encodeNeighbours(lists, { cut: 5, bits: 8 }) },
    { role: 'taste', needed: true, bytes: encodeNeighbours(lists, { cut: 3, bits: 8 }) },
    { role: 'weights', needed: true, bytes: encodeWeights({ settings, tensors: {} }) },
    {
      role: 'cards',
      needed: false,
      market: MARKET,
      bytes: encodeCards(
        ids.map((item) => ({
          item,
          title: `${item} of edition ${edition}`,
          image: `/pictures/${item}.svg`,
          link: `/product/${item}`,
          price: 9.99,
          salePrice: undefined,
          currency: 'GBP',
          brand: undefined,
          category: undefined,
        })),
      ),
    },
  ];
  const input = { views: [itemOf('lamps', 3), itemOf('lamps', 4)], now: Date.UTC(2026, 2, 17), seed: 5 };
  return {
    parts,
    golden: { ...input, expected: expectedOf(parts, input) },
    items,
    space: 'test-space',
    featureSchema: FEATURE_SCHEMA,
  };
}

/** The head of a test bundle: its `most` most popular items, and what it answers. */
export function testHead(
  { parts, golden }: TestBundle,
  most: number,
): { parts: TestBundle['parts']; items: number; golden: Golden } {
  const bytesOf = (role: string) => parts.find((part) => part.role === role)!.bytes;
  const shard = decodeShard(bytesOf('shard'));
  const popularity = shard.column('popularity');
  const rows = Uint32Array.from(popularity.keys())
    .sort((a, b) => popularity[b]! - popularity[a]!)
    .slice(0, most)
    .sort();
  const ids = Array.from(rows, (row) => shard.ids.idAt(row));
  const cut = (role: string, bytes: Uint8Array): Uint8Array<ArrayBuffer> =>
    role === 'shard'
      ? sliceShard(bytes, rows)
      : role === 'cards'
        ? sliceCards(bytes, ids, shard.variants.ids)
        : sliceNeighbours(bytes, rows);
  const head = parts
    .filter(({ role }) => role !== 'weights')
    .map((part) => ({ ...part, level: 'head' as const, needed: false, bytes: cut(part.role, part.bytes) }));
  const input = { ...golden, views: [ids[0]!, ids[1]!] };
  return {
    parts: head,
    items: most,
    golden: { ...input, expected: expectedOf(partsOfLevel([...head, ...parts], 'head'), input) },
  };
}

function expectedOf(parts: TestBundle['parts'], input: Omit<Golden, 'expected'>): ItemId[] {
  const byRole = new Map(parts.map(({ role, bytes }) => [role, bytes]));
  const engine = openRelease(byRole, 'test' as ReleaseId, loadKernel());
  try {
    return goldenSlate(engine, input);
  } finally {
    closeEngine(engine);
  }
}

interface Row {
  readonly row: number;
  readonly group: number;
  readonly at: number;
}

/** One axis a group, and a little of the item's own. */
function vectors(rows: readonly Row[]): Float32Array {
  const values = new Float32Array(rows.length * DIMS);
  for (const { row, group, at } of rows) {
    values[row * DIMS + group] = 1;
    values[row * DIMS + GROUPS.length + (at % (DIMS - GROUPS.length))] = 0.3;
  }
  return values;
}

/** Each item is followed by the next ones of its group. */
function followers(rows: readonly Row[], perGroup: number) {
  const ids = rows.flatMap(({ group, at }) =>
    [1, 2, 3, 4].map((step) => group * perGroup + ((at + step) % perGroup)),
  );
  const weights = rows.flatMap(() => [4, 3, 2, 1]);
  return {
    items: rows.length,
    offsets: rows.map(({ row }) => row * 4).concat(rows.length * 4),
    ids,
    weights,
  };
}
