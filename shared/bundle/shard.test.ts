import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { COLUMNS } from './contract.ts';
import { BundleError } from './error.ts';
import { decodeShard, encodeShard, type ShardInput } from './shard.ts';
import { compareIds } from './strings.ts';

const unitRows = (items: number, dims: number, seed = 1): Float32Array => {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
  const values = Float32Array.from({ length: items * dims }, next);
  for (let r = 0; r < items; r++) {
    const row = values.subarray(r * dims, (r + 1) * dims);
    const length = Math.hypot(...row);
    for (let d = 0; d < dims; d++) row[d]! /= length;
  }
  return values;
};

const shop = (ids: readonly string[], own: Partial<ShardInput> = {}): ShardInput => {
  const items = ids.length;
  return {
    space: 'space-1',
    ids,
    embeddings: { dims: 4, values: unitRows(items, 4), unit: true },
    categories: ['', 'bowls', 'cups'],
    brands: ['', 'Ōhara'],
    columns: {
      category: Float32Array.from({ length: items }, (_, r) => r % 3),
      brand: Float32Array.from({ length: items }, (_, r) => r % 2),
      views: Float32Array.from({ length: items }, (_, r) => r * 10),
      addedDay: Float32Array.from({ length: items }, (_, r) => 20000 + r),
    },
    markets: [
      {
        market: 'uk',
        currency: 'GBP',
        price: Float32Array.from({ length: items }, (_, r) => r + 0.99),
        variantInStock: Uint8Array.from({ length: items }, (_, r) => (r === 1 ? 0 : 1)),
      },
    ],
    ...own,
  };
};
const code = (run: () => unknown): string => {
  try {
    run();
    return 'none';
  } catch (error) {
    if (error instanceof BundleError) return error.code;
    throw error;
  }
};

describe('a shard comes back as it went in', () => {
  const ids = ['10', '2', 'a', 'b', 'é', '\ud83d\ude00'].sort(compareIds);
  const shard = decodeShard(encodeShard(shop(ids)));

  test('ids, in place', () => {
    expect(shard.items).toBe(6);
    expect(ids.map((id) => shard.ids.indexOf(id))).toEqual([0, 1, 2, 3, 4, 5]);
    expect(ids.map((_, r) => shard.ids.idAt(r))).toEqual(ids);
    expect(['', '1', '100', 'zzz', '\ud83d', '\uffff'].map((id) => shard.ids.indexOf(id))).toEqual([
      -1, -1, -1, -1, -1, -1,
    ]);
    expect(() => shard.ids.idAt(6)).toThrow(RangeError);
  });
  test('ids that look like others: a byte order mark, a replacement character, half a pair', () => {
    const strange = ['a', '\ufeffa', '\ufffd'];
    const { ids } = decodeShard(encodeShard(shop(strange)));
    expect(strange.map((id) => ids.indexOf(id))).toEqual([0, 1, 2]);
    expect(strange.map((_, r) => ids.idAt(r))).toEqual(strange);
    expect(ids.indexOf('\ud800')).toBe(-1);
  });
  test('ids in byte order, where UTF-16 order is another', () => {
    const both = ['\uff5e', '\ud83d\ude00'];
    expect([...both].sort()).not.toEqual(both);
    const sorted = decodeShard(encodeShard(shop(both)));
    expect(both.map((id) => sorted.ids.indexOf(id))).toEqual([0, 1]);
    expect(code(() => encodeShard(shop([...both].reverse())))).toBe('input');
  });
  test('columns, zeros where there is none', () => {
    expect([...shard.column('category')]).toEqual([0, 1, 2, 0, 1, 2]);
    expect([...shard.column('addedDay')]).toEqual([20000, 20001, 20002, 20003, 20004, 20005]);
    expect([...shard.column('margin')]).toEqual([0, 0, 0, 0, 0, 0]);
    expect(shard.column('views')).toBe(shard.column('views'));
    for (const [r, views] of shard.column('views').entries())
      expect(Math.abs(views - r * 10)).toBeLessThan(0.01 * (1 + r * 10));
  });
  test('markets', () => {
    const [uk] = shard.markets;
    expect(uk?.currency).toBe('GBP');
    expect([...(uk?.price ?? [])]).toEqual([0.99, 1.99, 2.99, 3.99, 4.99, 5.99].map(Math.fround));
    expect([...(uk?.variantInStock ?? [])]).toEqual([1, 0, 1, 1, 1, 1]);
  });
  test('names', () => {
    expect(shard.categories).toEqual(['', 'bowls', 'cups']);
    expect(shard.brands).toEqual(['', 'Ōhara']);
    expect(shard.space).toBe('space-1');
  });
  test('tied tables are one object', () => {
    expect(shard.queryEmbeddings).toBe(shard.embeddings);
    expect(shard.content).toBeUndefined();
  });
});

describe('embeddings', () => {
  const ids = ['a', 'b', 'c'];
  test('rows are int8 with the largest at 127; unit rows get their length back', () => {
    const values = unitRows(3, 8, 5);
    const { embeddings } = decodeShard(
      encodeShard(shop(ids, { embeddings: { dims: 8, values, unit: true } })),
    );
    for (let r = 0; r < 3; r++) {
      const row = [...embeddings.rows.subarray(r * 8, r * 8 + 8)];
      expect(Math.max(...row.map(Math.abs))).toBe(127);
      const length = Math.hypot(...row.map((k) => k * embeddings.scales[r]!));
      expect(length).toBeCloseTo(1, 6);
      for (let d = 0; d < 8; d++)
        expect(Math.abs(row[d]! * embeddings.scales[r]! - values[r * 8 + d]!)).toBeLessThan(0.006);
    }
  });
  test('a row of zeros scores 0', () => {
    const values = Float32Array.of(1, 0, 0, 0, 0, 1);
    const { embeddings } = decodeShard(
      encodeShard(shop(ids, { embeddings: { dims: 2, values, unit: true } })),
    );
    expect([...embeddings.scales]).toEqual([1 / 127, 0, 1 / 127].map(Math.fround));
  });
  test('rows of any size keep their scale to a half', () => {
    const values = Float32Array.of(1e6, -5.1e5, 0, 0, 1e-3, 2e-3);
    const content = { dims: 2, values, unit: false };
    const table = decodeShard(encodeShard(shop(ids, { content }))).content!;
    expect([...table.rows.slice(0, 4)]).toEqual([127, -65, 0, 0]);
    expect((127 * table.scales[0]!) / 1e6).toBeCloseTo(1, 3);
    expect(table.scales[1]).toBe(0);
  });
  test('NaN, a wrong size and a unit table that is none are refused', () => {
    const table = (values: number[], unit = false) => ({ dims: 1, values: Float32Array.from(values), unit });
    expect(code(() => encodeShard(shop(ids, { content: table([1, 2, Number.NaN]) })))).toBe('input');
    expect(code(() => encodeShard(shop(ids, { content: table([1, 2]) })))).toBe('input');
    expect(code(() => encodeShard(shop(ids, { content: table([1, 2, 1], true) })))).toBe('input');
  });
});

describe('variants', () => {
  const market = (count: number) => [
    {
      market: 'uk',
      currency: 'GBP',
      price: Float32Array.of(1, 2),
      variantInStock: new Uint8Array(count).fill(1),
    },
  ];
  test('group under their rows', () => {
    const variants = { ids: ['b', 'x', 'y', 'z'], rows: [1, 0, 0, 0] };
    const { variants: table } = decodeShard(encodeShard(shop(['a', 'b'], { variants, markets: market(4) })));
    expect(table.ids.indexOf('y')).toBe(2);
    expect([...table.rowOf]).toEqual([1, 0, 0, 0]);
    expect([...table.offsets]).toEqual([0, 3, 4]);
    expect([...table.byRow]).toEqual([1, 2, 3, 0]);
  });
  test('cost nothing where every item is its own', () => {
    const variants = { ids: ['a', 'b'], rows: [0, 1] };
    const without = encodeShard(shop(['a', 'b']));
    expect(encodeShard(shop(['a', 'b'], { variants }))).toEqual(without);
    const table = decodeShard(without).variants;
    expect([...table.byRow, ...table.offsets]).toEqual([0, 1, 0, 1, 2]);
    expect(table.ids.idAt(1)).toBe('b');
  });
  test('a row without one, an unknown row and disorder are refused', () => {
    const refused = (ids: string[], rows: number[]) =>
      code(() => encodeShard(shop(['a', 'b'], { variants: { ids, rows }, markets: market(ids.length) })));
    expect(refused(['x', 'y'], [0, 0])).toBe('input');
    expect(refused(['x', 'y'], [0, 2])).toBe('input');
    expect(refused(['y', 'x'], [0, 1])).toBe('input');
  });
});

describe('what cannot be written is refused', () => {
  test.each<[string, Partial<ShardInput>]>([
    ['a column of another length', { columns: { views: new Float32Array(1) } }],
    ['a negative count', { columns: { views: Float32Array.of(-1, 2) } }],
    ['half a category', { columns: { category: Float32Array.of(0.5, 1) } }],
    ['a category without a name', { columns: { category: Float32Array.of(0, 3) } }],
    ['NaN', { columns: { trend: Float32Array.of(Number.NaN, 1) } }],
    ['a discount above 1 in unit8', { columns: { discount: Float32Array.of(7, 1) } }],
  ])('%s', (_, own) => {
    expect(code(() => encodeShard(shop(['a', 'b'], own)))).toBe('input');
  });
  test.each([[['b', 'a']], [['a', 'a']], [['', 'a']], [['a', '\ud800']]])('ids %j', (ids) => {
    expect(code(() => encodeShard(shop(ids)))).toBe('input');
  });
});

test('twelve thousand items cost 64 bytes each and their ids', () => {
  const items = 12101;
  const ids = Array.from({ length: items }, (_, r) => String(r)).sort(compareIds);
  const bare = encodeShard({
    ...shop(ids),
    embeddings: { dims: 64, values: unitRows(items, 64), unit: true },
    columns: {},
    markets: [],
  });
  const idBytes = ids.reduce((sum, id) => sum + id.length + 1, 0);
  expect(bare.length - idBytes - 64 * items).toBeLessThan(1280);
});

test('any catalogue comes back', () => {
  const ids = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }), { maxLength: 40 });
  fc.assert(
    fc.property(ids, fc.integer({ min: 1, max: 9 }), fc.constantFrom(...COLUMNS), (found, dims, name) => {
      const sorted = [...found].sort(compareIds);
      const items = sorted.length;
      const values = Float32Array.from({ length: items }, (_, r) => r % 2);
      const embeddings = { dims, values: unitRows(items, dims), unit: true };
      const shard = decodeShard(encodeShard({ ...shop(sorted), embeddings, columns: { [name]: values } }));
      expect(sorted.map((id) => shard.ids.indexOf(id))).toEqual([...sorted.keys()]);
      expect(sorted.map((_, r) => shard.ids.idAt(r))).toEqual(sorted);
      for (const [r, x] of shard.column(name).entries()) expect(x).toBeCloseTo(values[r]!, 1);
    }),
  );
});
