import { beforeAll, describe, expect, it } from 'vitest';
import { type Arithmetic, type Matrix, plainArithmetic } from '../../models/arithmetic.ts';
import { createRandom } from '../../models/random.ts';
import { createLayers, listwiseGradients } from '../../models/ranker/network.ts';
import { wasmArithmetic } from './arithmetic.ts';

const random = createRandom(4);
const filled = (length: number): Float32Array => Float32Array.from({ length }, () => random.normal());
const A = filled(70 * 33);
const B = filled(33 * 5);
const C = filled(70 * 33);
const ROW = filled(33);

const OPERATIONS: Record<string, (a: Arithmetic) => Matrix> = {
  multiply: (a) => a.multiply(a.matrix(A, 70, 33), a.matrix(B, 33, 5)),
  transpose: (a) => a.transpose(a.matrix(A, 70, 33)),
  'add of a row': (a) => a.add(a.matrix(A, 70, 33), a.matrix(ROW, 1, 33)),
  subtract: (a) => a.subtract(a.matrix(A, 70, 33), a.matrix(C, 70, 33)),
  times: (a) => a.times(a.matrix(A, 70, 33), a.matrix(C, 70, 33)),
  relu: (a) => a.relu(a.matrix(A, 70, 33)),
  positive: (a) => a.positive(a.matrix(A, 70, 33)),
  softmax: (a) => a.softmax(a.matrix(A, 70, 33)),
  reshape: (a) => a.reshape(a.matrix(A, 70, 33), 35, 66),
};

describe("training's arithmetic on WebAssembly", () => {
  let wasm: Arithmetic;
  beforeAll(async () => {
    wasm = await wasmArithmetic();
  });

  it.each(Object.keys(OPERATIONS))('agrees with plain loops: %s', (name) => {
    const run = (a: Arithmetic) =>
      a.scope(() => {
        const made = OPERATIONS[name]!(a);
        return { rows: made.rows, columns: made.columns, values: a.read(made).slice() };
      });
    const found = run(wasm);
    const expected = run(plainArithmetic);
    expect([found.rows, found.columns]).toEqual([expected.rows, expected.columns]);
    expected.values.forEach((value, at) => {
      expect(found.values[at]!).toBeCloseTo(value, 4);
    });
  });

  it("gives the ranker the plain loops' gradients", () => {
    const layers = createLayers([6, 8, 4, 1], createRandom(2));
    const batch = {
      features: filled(3 * 5 * 6),
      lists: 3,
      length: 5,
      truth: Float32Array.from({ length: 15 }, (_, at) => (at % 7 === 0 ? 1 : 0)),
    };
    const found = listwiseGradients(wasm, layers, batch);
    const expected = listwiseGradients(plainArithmetic, layers, batch);
    expect(found.loss).toBeCloseTo(expected.loss, 5);
    expected.weights.forEach((slopes, l) => {
      slopes.forEach((slope, at) => {
        expect(found.weights[l]![at]!).toBeCloseTo(slope, 4);
      });
    });
  });
});
