import { describe, expect, it } from 'vitest';
import { plainArithmetic } from '../arithmetic.ts';
import { unitRows } from '../dense.ts';
import { createRandom } from '../random.ts';
import { histories } from '../toy-data.ts';
import { procrustes, rotateEncoder, rotateRows } from './align.ts';
import { attend, createAttention } from './attention.ts';
import { keepUnchanged } from './keep.ts';
import { DEFAULT_EMBEDDINGS } from './settings.ts';
import { type EmbeddingStart, placeNew, tokenVectors } from './start.ts';
import { trainEmbeddings } from './train.ts';

const DIMS = 6;
const random = createRandom(5);
const drawn = (items: number) =>
  unitRows({ items, dims: DIMS, values: Float32Array.from({ length: items * DIMS }, () => random.normal()) });
const all = (items: number) => new Uint8Array(items).fill(1);
/** A rotation by known angles, one plane after another. */
function rotation(): Float64Array {
  let turned = { items: DIMS, dims: DIMS, values: new Float32Array(DIMS * DIMS) };
  for (let d = 0; d < DIMS; d++) turned.values[d * DIMS + d] = 1;
  for (let p = 0; p + 1 < DIMS; p++) {
    const plane = Float64Array.from({ length: DIMS * DIMS }, (_, at) => (at % (DIMS + 1) === 0 ? 1 : 0));
    const [c, s] = [0.8, 0.6];
    plane.set([c, s], p * DIMS + p);
    plane.set([-s, c], (p + 1) * DIMS + p);
    turned = rotateRows(turned, plane) as typeof turned;
  }
  return Float64Array.from(turned.values);
}

describe('alignment', () => {
  it('finds the rotation between two spaces, whatever else the rows of others say', () => {
    const from = drawn(40);
    const known = rotation();
    const to = rotateRows(from, known);
    to.values.fill(0.4, 30 * DIMS);
    const found = procrustes([{ from, to }], all(40).fill(0, 30));
    expect(found.every((value, at) => Math.abs(value - known[at]!) < 1e-5)).toBe(true);
  });

  it('is a rotation even where some directions are never seen', () => {
    const from = drawn(2);
    const found = procrustes([{ from, to: from }], all(2));
    for (let a = 0; a < DIMS; a++)
      for (let b = 0; b < DIMS; b++) {
        let dot = 0;
        for (let k = 0; k < DIMS; k++) dot += found[a * DIMS + k]! * found[b * DIMS + k]!;
        expect(dot).toBeCloseTo(a === b ? 1 : 0, 6);
      }
    const same = rotateRows(from, found).values;
    expect(same.every((value, at) => Math.abs(value - from.values[at]!) < 1e-5)).toBe(true);
  });

  it('turns the encoder with the rows: it weighs a history as before', () => {
    const rows = drawn(4);
    const encoder = createAttention({ dims: DIMS, hidden: 5, pooled: 4, decay: 0.7 }, random);
    const positions = {
      count: 1,
      offsets: Uint32Array.of(0, 4),
      anchors: Uint32Array.of(2, 0, 1, 3),
      target: Uint32Array.of(0),
      weight: Float32Array.of(1),
    };
    const rowOf = Int32Array.of(0, 1, 2, 3);
    const known = rotation();
    const before = attend(plainArithmetic, positions, encoder, { rows: rows.values, rowOf });
    const turned = rotateRows(rows, known).values;
    const after = attend(plainArithmetic, positions, rotateEncoder(encoder, known), { rows: turned, rowOf });
    after.alpha.forEach((value, at) => {
      expect(value).toBeCloseTo(before.alpha[at]!, 5);
    });
  });
});

describe('rows that stay', () => {
  const step = 0.01;
  const old = { dims: 4, rows: Int8Array.of(50, 50, 50, 50), scales: Float32Array.of(step) };
  /** Off by so many halves of a step times the root of the dimensions, along one component. */
  const off = (share: number) => {
    const most = (step / 2) * Math.sqrt(4);
    const now = { items: 1, dims: 4, values: Float32Array.of(0.5 + share * most, 0.5, 0.5, 0.5) };
    return keepUnchanged(now, old, Int32Array.of(0));
  };

  it('are those that moved no further than rounding moves any row', () => {
    expect([off(0.99).kept[0], off(-0.99).kept[0], off(1.01).kept[0]]).toEqual([1, 1, 0]);
    expect([...off(0.99).rows.values]).toEqual([...off(0).rows.values]);
    expect(off(1.01).rows.values[0]).toBeCloseTo(0.5101, 6);
  });

  it('are none where the old release does not know the item', () => {
    const now = { items: 1, dims: 4, values: Float32Array.of(0.5, 0.5, 0.5, 0.5) };
    expect(keepUnchanged(now, old, Int32Array.of(-1)).kept[0]).toBe(0);
  });
});

describe('a warm start', () => {
  const ITEMS = 8;
  const interactions = histories(ITEMS, [
    [0, 1, 2],
    [3, 4, 7],
    [7, 3, 4],
    [1, 2, 0],
  ]);
  const tokens = {
    tokens: ['t', 'u'],
    offsets: Uint32Array.of(0, 0, 0, 0, 1, 2, 3, 4, 4),
    ids: Uint32Array.of(0, 0, 0, 1),
    weights: Float32Array.of(1, 1, 1, 1),
  };
  /** 6 and 7 are new; 7 stands beside 3 and 4, 5 has their token; something is new of 7 and 3. */
  const known = Uint8Array.of(1, 1, 1, 1, 1, 1, 0, 0);
  const rows = drawn(ITEMS);
  rows.values.fill(0, 6 * DIMS);
  const from: EmbeddingStart = {
    query: rows,
    candidate: rows,
    known,
    changed: Uint8Array.of(0, 0, 0, 1, 0, 0, 1, 1),
    encoder: createAttention({ dims: DIMS, hidden: 3, pooled: 4, decay: 0.7 }, random),
    scale: 9,
  };
  const settings = {
    ...DEFAULT_EMBEDDINGS,
    ...{ dims: DIMS, hidden: 3, pooled: 4, epochs: 3, batch: 4, negatives: 3, tied: true, seed: 1 },
  };
  const quiet = { stage() {}, log() {} };
  const start = () => {
    throw new Error('A warm start factors nothing.');
  };
  const trained = trainEmbeddings({ interactions, tokens, start, from }, settings, {
    arithmetic: plainArithmetic,
    journal: quiet,
  });
  const moved = (i: number): number => {
    let most = 0;
    for (let d = 0; d < DIMS; d++)
      most = Math.max(most, Math.abs(trained.candidate.values[i * DIMS + d]! - rows.values[i * DIMS + d]!));
    return most;
  };

  it('moves what something is new of, and nothing else', () => {
    for (const still of [0, 1, 2, 4, 5]) expect(moved(still)).toBeLessThan(1e-6);
    expect(moved(3)).toBeGreaterThan(1e-4);
    expect(trained.encoder?.query).not.toEqual(from.encoder.query);
    expect(trained.scale).not.toBe(settings.scale);
  });

  it('puts a new item beside those that it is seen with', () => {
    const placed = unitRows(placeNew(interactions, rows, known));
    const dot = (other: number): number => {
      let sum = 0;
      for (let d = 0; d < DIMS; d++) sum += placed.values[7 * DIMS + d]! * placed.values[other * DIMS + d]!;
      return sum;
    };
    expect(Math.min(dot(3), dot(4))).toBeGreaterThan(Math.max(dot(0), dot(1), dot(2)));
    expect(placed.values.subarray(6 * DIMS, 7 * DIMS).every((value) => value === 0)).toBe(true);
  });

  it('knows of a token what the items with it have in common', () => {
    const vectors = tokenVectors(tokens, rows, known);
    for (let d = 0; d < DIMS; d++) {
      const mean = [3, 4, 5].reduce((sum, i) => sum + rows.values[i * DIMS + d]! / 3, 0);
      expect(vectors[d]).toBeCloseTo(mean, 1);
      expect(vectors[DIMS + d]).toBe(0);
    }
  });
});
