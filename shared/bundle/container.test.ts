import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ItemId } from '../protocol/ids.ts';
import { checkCards, decodeCards, encodeCards } from './cards.ts';
import { crc32 } from './checksum.ts';
import { decodeContainer, encodeContainer } from './container.ts';
import { COLUMNS } from './contract.ts';
import { BundleError } from './error.ts';
import { checkNeighbours, decodeNeighbours, encodeNeighbours } from './neighbours.ts';
import { checkShard, decodeShard, encodeShard } from './shard.ts';
import { decodeWeights, encodeWeights } from './weights.ts';

const sections = { a: Uint8Array.of(1, 2, 3), b: Float32Array.of(1.5, -2), c: new Float64Array([Math.PI]) };
const small = () => encodeContainer({ kind: 'weights', version: 7, meta: { hello: 'world' }, sections });
const open = (bytes: Uint8Array) => decodeContainer(bytes, 'weights', 7);

const refusal = (run: () => unknown): BundleError => {
  try {
    run();
  } catch (error) {
    if (error instanceof BundleError) return error;
    throw error;
  }
  throw new Error('expected a refusal');
};

/** Gives a doctored head the checksum it would need to be believed. */
const resealed = (bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => {
  const view = new DataView(bytes.buffer);
  const end = 32 + 32 * view.getUint16(10, true) + view.getUint32(12, true);
  view.setUint32(20, 0, true);
  view.setUint32(20, crc32(bytes.subarray(0, end)), true);
  return bytes;
};

test('crc32 has its published check value', () => {
  expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
});

describe('the container', () => {
  test('gives back meta and sections, as views, aligned', () => {
    const bytes = small();
    const container = open(bytes);
    expect(container.meta).toEqual({ hello: 'world' });
    const b = container.section('b', 'f32', 2);
    expect([...b]).toEqual([1.5, -2]);
    expect(b.buffer).toBe(bytes.buffer);
    expect(b.byteOffset % 16).toBe(0);
    expect(container.section('c', 'f64')[0]).toBe(Math.PI);
    expect([...container.section('a', 'u8')]).toEqual([1, 2, 3]);
  });
  test('is read from any offset of any buffer, and leaves it unchanged', () => {
    const bytes = small();
    for (const shift of [1, 3, 8, 13]) {
      const within = Buffer.alloc(bytes.length + 20);
      within.set(bytes, shift);
      const before = Buffer.from(within);
      const view = within.subarray(shift, shift + bytes.length);
      expect([...open(view).section('b', 'f32')]).toEqual([1.5, -2]);
      expect(within.equals(before)).toBe(true);
    }
  });
  test('says what it found and what it expected', () => {
    const bytes = small();
    const changed = (at: number, value: number) =>
      Uint8Array.from(bytes, (byte, i) => (i === at ? value : byte));
    expect(refusal(() => open(bytes.subarray(0, 10)))).toMatchObject({
      code: 'truncated',
      message: 'Found 10 bytes, expected a header of 32.',
    });
    expect(refusal(() => open(bytes.subarray(0, 60))).message).toBe(
      `Found 60 bytes, expected ${bytes.length}.`,
    );
    expect(refusal(() => open(changed(0, 0x50)))).toMatchObject({ code: 'magic' });
    expect(refusal(() => open(changed(4, 9)))).toMatchObject({
      code: 'version',
      message: 'Found container version 9, expected 1.',
    });
    expect(refusal(() => decodeContainer(bytes, 'shard', 7))).toMatchObject({
      code: 'kind',
      message: 'Found kind 3 (weights), expected 1 (shard).',
    });
    expect(refusal(() => decodeContainer(bytes, 'weights', 8))).toMatchObject({
      code: 'version',
      message: 'Found weights version 7, expected 8.',
    });
    expect(refusal(() => open(Uint8Array.of(...bytes, 0)))).toMatchObject({ code: 'trailing' });
    expect(refusal(() => open(changed(40, 1)))).toMatchObject({ code: 'checksum' });
  });
  test('a section that is not there, of another type or length is refused', () => {
    const container = open(small());
    expect(refusal(() => container.section('z', 'u8'))).toMatchObject({ code: 'section' });
    expect(refusal(() => container.section('a', 'u16')).message).toBe('Section "a": found u8, expected u16.');
    expect(refusal(() => container.section('a', 'u8', 4)).message).toBe(
      'Section "a": found 3 elements, expected 4.',
    );
  });
  test('a head that lies, sealed with a good checksum, is still refused', () => {
    const lie = (at: number, value: number) => {
      const bytes = small();
      new DataView(bytes.buffer).setUint32(at, value, true);
      return refusal(() => open(resealed(bytes)));
    };
    expect(lie(32 + 24, 0xfffffff0).code).toBe('section');
    expect(lie(32 + 28, 0xffffffff).code).toBe('section');
    expect(lie(32 + 24, 32).code).toBe('section');
    expect(lie(64 + 28, 7).code).toBe('section');
    const dtype = small();
    dtype[32 + 22] = 99;
    expect(refusal(() => open(resealed(dtype))).message).toBe(
      'Section "a": found dtype 99, expected 0 to 5.',
    );
    const twice = small();
    twice[64] = 'a'.charCodeAt(0);
    expect(refusal(() => open(resealed(twice))).message).toBe('Section "a": found twice, expected once.');
    const meta = small();
    meta[128] = 0xff;
    expect(refusal(() => open(resealed(meta))).code).toBe('meta');
  });
  test('a head that claims millions of sections or a vast meta costs nothing', () => {
    for (const [at, value] of [
      [12, 0xffffffff],
      [10, 0xffff],
    ] as const) {
      const bytes = small();
      const view = new DataView(bytes.buffer);
      if (at === 12) view.setUint32(at, value, true);
      else view.setUint16(at, value, true);
      expect(['truncated', 'section']).toContain(refusal(() => open(bytes)).code);
    }
  });
  test('names and amounts that do not fit are refused when written', () => {
    const write = (name: string) => () =>
      encodeContainer({ kind: 'cards', version: 1, meta: 0, sections: { [name]: new Uint8Array(1) } });
    for (const name of ['', 'has space', 'é', 'twenty-three-characters'])
      expect(refusal(write(name)).code).toBe('input');
  });
});

const embeddings = { dims: 3, values: Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0.6, 0.8), unit: true };
const kinds: [string, () => Uint8Array<ArrayBuffer>, (bytes: Uint8Array) => unknown][] = [
  [
    'shard',
    () =>
      encodeShard({
        space: 's',
        ids: ['a', 'b', 'c'],
        variants: { ids: ['a', 'b1', 'b2', 'c'], rows: [0, 1, 1, 2] },
        embeddings,
        queryEmbeddings: { ...embeddings, unit: false },
        categories: ['', 'x'],
        brands: ['', 'y'],
        columns: {
          category: Float32Array.of(0, 1, 1),
          views: Float32Array.of(1, 2, 300),
          trend: Float32Array.of(-1, 0, 2),
        },
        markets: [
          {
            market: 'm',
            currency: 'EUR',
            price: Float32Array.of(1, 2, 3),
            variantInStock: Uint8Array.of(1, 1, 0, 1),
          },
        ],
      }),
    (bytes) => {
      const shard = decodeShard(bytes);
      for (const name of COLUMNS) shard.column(name);
      checkShard(bytes);
      for (let r = 0; r < shard.items; r++) shard.ids.indexOf(shard.ids.idAt(r));
      const { rowOf, byRow, ids } = shard.variants;
      expect([...rowOf].every((row) => row < shard.items)).toBe(true);
      expect([...byRow].sort()).toEqual([...byRow.keys()]);
      expect([...shard.column('category')].every((index) => index < shard.categories.length)).toBe(true);
      return ids.size > 0 && ids.idAt(ids.size - 1);
    },
  ],
  [
    'neighbours',
    () =>
      encodeNeighbours(
        { items: 3, offsets: [0, 2, 2, 3], ids: [1, 2, 0], weights: [1, 2, 3] },
        { cut: 4, bits: 4 },
      ),
    (bytes) => {
      const lists = decodeNeighbours(bytes);
      for (let row = 0; row < lists.items; row++) lists.weightOf(row, 1);
      checkNeighbours(bytes);
      const { items, offsets, ids } = lists;
      expect([...ids].every((id) => id < items)).toBe(true);
      expect(offsets[items]).toBe(ids.length);
    },
  ],
  [
    'weights',
    () =>
      encodeWeights({
        settings: { kept: 1 },
        tensors: {
          a: { shape: [2, 2], values: Float32Array.of(1, 2, 3, 4), type: 'f32' },
          b: { shape: [2], values: Float32Array.of(5, 6), type: 'i8', scale: 'row' },
        },
      }),
    (bytes) => {
      const weights = decodeWeights(bytes);
      return [weights.tensor('a'), weights.tensor('b')];
    },
  ],
  [
    'cards',
    () =>
      encodeCards([
        {
          item: 'a' as ItemId,
          title: 'A',
          image: '/a.svg',
          link: undefined,
          price: 1,
          salePrice: undefined,
          currency: 'EUR',
          brand: 'y',
          category: 'x',
        },
      ]),
    (bytes) => {
      const found = decodeCards(bytes).card('a');
      checkCards(bytes);
      return found;
    },
  ],
];

describe.each(kinds)('%s', (_, make, read) => {
  const bytes = make();
  const view = new DataView(bytes.buffer);
  const head = 32 + 32 * view.getUint16(10, true) + view.getUint32(12, true);

  test('is written the same every time', () => {
    expect(make()).toEqual(bytes);
    read(bytes);
  });
  test('every truncation is refused with a reason', () => {
    for (let length = 0; length < bytes.length; length++)
      expect(refusal(() => read(bytes.slice(0, length)))).toMatchObject({
        code: 'truncated',
        message: expect.stringMatching(/Found \d+ bytes, expected/),
      });
  });
  test('every flipped bit and every replaced byte of the head is refused with a reason', () => {
    for (let at = 0; at < head; at++)
      for (const flip of [1, 2, 4, 8, 16, 32, 64, 128, 255]) {
        const flipped = bytes.slice();
        flipped[at]! ^= flip;
        expect(refusal(() => read(flipped)).message).toMatch(/[Ff]ound .*expected/);
      }
  });
  test('a flipped byte of the body is refused or read, never anything else', () => {
    for (let at = head; at < bytes.length; at++)
      for (const flip of [1, 128, 255]) {
        const flipped = bytes.slice();
        flipped[at]! ^= flip;
        attempt(() => read(flipped));
      }
  });
  test('a head rewritten at will and sealed again is refused or read, never anything else', () => {
    fc.assert(
      fc.property(fc.integer({ min: 5, max: head - 1 }), fc.nat(255), (at, value) => {
        const lied = bytes.slice();
        if (at === 12 || at === 13 || at === 14 || at === 15 || at === 10 || at === 11) return;
        lied[at] = value;
        attempt(() => read(resealed(lied)));
      }),
      { numRuns: 2000 },
    );
  });
  test('noise of any length is refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
        expect(refusal(() => read(noise)).name).toBe('BundleError');
      }),
    );
  });
});

/** Lets a refusal pass and fails on any other error. */
function attempt(run: () => unknown): void {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(BundleError);
  }
}
