import { describe, expect, test } from 'vitest';
import type { AttentionSpec, Kernel } from './contract.ts';
import { floats, tableOf } from './draw.case.ts';

const specOf = (): AttentionSpec => ({
  embeddings: tableOf(60, 10, 4),
  hidden: 6,
  queryWeights: floats(60, 1),
  keyWeights: floats(60, 2),
  bias: floats(6, 3),
  values: floats(6, 4, 3),
  positions: Float32Array.of(0.5, 0, -0.5),
});

/** The formula as it is written, in doubles and with the platform's exponential. */
function naive(spec: AttentionSpec, rows: readonly number[]): { query: number[]; weights: number[] } {
  const { dims } = spec.embeddings;
  const unit = (row: number): number[] => {
    const values = Array.from(spec.embeddings.rows.subarray(row * dims, (row + 1) * dims));
    const length = Math.hypot(...values);
    return values.map((value) => value / length);
  };
  const last = unit(rows[rows.length - 1]!);
  const dot = (x: number[], weights: Float32Array, h: number) =>
    x.reduce((sum, value, d) => sum + value * weights[d * spec.hidden + h]!, 0);
  const logits = rows.map((row, j) => {
    const ago = Math.min(rows.length - 1 - j, spec.positions.length - 1);
    let sum = spec.positions[ago]!;
    for (let h = 0; h < spec.hidden; h++) {
      const inner = dot(last, spec.queryWeights, h) + spec.bias[h]! + dot(unit(row), spec.keyWeights, h);
      sum += spec.values[h]! / (1 + Math.exp(-inner));
    }
    return sum;
  });
  const powers = logits.map((logit) => Math.exp(logit));
  const total = powers.reduce((a, b) => a + b);
  const weights = powers.map((power) => power / total);
  const sum = Array.from({ length: dims }, (_, d) =>
    rows.reduce((so, row, j) => so + weights[j]! * unit(row)[d]!, 0),
  );
  const length = Math.hypot(...sum);
  return { query: sum.map((value) => value / length), weights };
}

/** What every build's attention pooling must do. */
export function attentionConformance(name: string, make: () => Kernel): void {
  describe(`${name}: attention`, () => {
    const clicks = [3, 17, 3, 41, 9, 9, 22, 58, 0, 17];
    test('is the formula, click by click', () => {
      const spec = specOf();
      const attention = make().attention(spec);
      for (let n = 1; n <= clicks.length; n++) {
        const { query, weights } = attention.pool(clicks.slice(0, n))!;
        const expected = naive(spec, clicks.slice(0, n));
        for (const [d, value] of expected.query.entries()) expect(query[d]).toBeCloseTo(value, 5);
        for (const [j, value] of expected.weights.entries()) expect(weights[j]).toBeCloseTo(value, 6);
      }
    });
    test('does not depend on what was asked before, however long ago', () => {
      const spec = specOf();
      const kernel = make();
      const old = kernel.attention(spec);
      for (let n = 0; n < 700; n++) old.pool([n % 60, (n * 7) % 60, (n * 13) % 60]);
      expect(old.pool(clicks)).toEqual(kernel.attention(spec).pool(clicks));
    });
    test('rows without a vector have no weight; without any there is no query', () => {
      const spec = specOf();
      spec.embeddings.rows.fill(0, 50, 60);
      spec.embeddings.scales[6] = 0;
      const attention = make().attention(spec);
      expect(attention.pool([])).toBeUndefined();
      expect(attention.pool([5, 6])).toBeUndefined();
      const { query, weights } = attention.pool([5, 8, 6])!;
      expect([...weights]).toEqual([0, 1, 0]);
      const only = spec.embeddings.rows.subarray(80, 90);
      const length = Math.hypot(...only);
      expect([...query]).toEqual(Array.from(only, (value) => Math.fround(value / length)));
    });
    test('what does not fit is refused', () => {
      const kernel = make();
      const spec = specOf();
      expect(() => kernel.attention({ ...spec, bias: new Float32Array(5) })).toThrow(
        'Found 5 of bias, expected 6.',
      );
      expect(() => kernel.attention({ ...spec, positions: new Float32Array(0) })).toThrow(
        'Found no positions',
      );
      const attention = kernel.attention(spec);
      expect(() => attention.pool([1, 60])).toThrow('Found row 60, expected less than 60.');
      attention.free();
      expect(() => attention.pool([1])).toThrow('Found a freed attention');
    });
  });
}
