import { describe, expect, it } from 'vitest';
import { plainArithmetic } from '../arithmetic.ts';
import { createRandom } from '../random.ts';
import { keepColumns, varying, widen } from './columns.ts';
import { createLayers, logits } from './network.ts';

const random = createRandom(3);

describe('columns that never vary', () => {
  const features = 5;
  const kept = varying(Float32Array.of(0, 1, 0, 2, 0));
  const values = Float32Array.from({ length: 2 * 3 * features }, (_, at) =>
    kept.includes(at % features) ? random.normal() : 0,
  );
  const lists = { features, length: 3, values, real: Uint32Array.of(3, 2), right: Uint32Array.of(1, 1) };

  it('are left out of lists, the others stay in order', () => {
    const before = values.slice();
    const found = keepColumns({ ...lists, values: values.slice() }, kept);
    expect(found).toMatchObject({ features: 2, length: 3, real: lists.real });
    expect([...found.values]).toEqual([...before].filter((_, at) => kept.includes(at % features)));
  });

  it('weigh nothing in a network that learned without them', () => {
    const narrow = createLayers([2, 4, 1], random);
    const wide = [widen(narrow[0]!, kept, features), narrow[1]!];
    const few = keepColumns({ ...lists, values: values.slice() }, kept);
    expect(logits(plainArithmetic, wide, values)).toEqual(logits(plainArithmetic, narrow, few.values));
    const noise = values.map((value, at) => (kept.includes(at % features) ? value : 9));
    expect(logits(plainArithmetic, wide, noise)).toEqual(logits(plainArithmetic, wide, values));
  });

  it('leave inputs after them where they are', () => {
    const [layer] = createLayers([3, 2], random);
    const wide = widen(layer!, kept, features);
    expect(wide.inputs).toBe(6);
    expect(wide.weights.subarray(10)).toEqual(layer!.weights.subarray(4));
  });
});
