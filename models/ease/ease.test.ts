import { describe, expect, it } from 'vitest';
import { plainArithmetic } from '../arithmetic.ts';
import { createRandom } from '../random.ts';
import { histories } from '../toy-data.ts';
import { DEFAULT_EASE, easeCard, fitEase, fitEaseMatrix } from './ease.ts';
import { invertPositive } from './inverse.ts';

/** A random X'X + 5 I. */
function positive(n: number, seed: number): Float32Array {
  const random = createRandom(seed);
  const x = Float64Array.from({ length: 2 * n * n }, () => random.normal());
  const gram = new Float32Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      let sum = i === j ? 5 : 0;
      for (let k = 0; k < 2 * n; k++) sum += x[k * n + i]! * x[k * n + j]!;
      gram[i * n + j] = sum;
    }
  return gram;
}

describe('inverse', () => {
  it.each([1, 2, 96, 97, 250])('times the matrix is the identity: %i rows', (n) => {
    const matrix = positive(n, n);
    const inverse = invertPositive(matrix, n, plainArithmetic);
    const product = plainArithmetic.multiply(
      plainArithmetic.matrix(matrix, n, n),
      plainArithmetic.matrix(inverse, n, n),
    );
    plainArithmetic.read(product).forEach((value, at) => {
      expect(value).toBeCloseTo(at % (n + 1) === 0 ? 1 : 0, 3);
    });
  });

  it('refuses what is not positive definite', () => {
    expect(() => invertPositive(Float32Array.of(1, 2, 2, 1), 2, plainArithmetic)).toThrow(/pivot -3/);
  });
});

describe('EASE', () => {
  const people = { ...DEFAULT_EASE.people, penalty: 1, leastSets: 1 };
  /** Items 0 and 1 go together, 2 and 3 do, 4 is everybody's. */
  const toy = histories(6, [
    [0, 1, 4],
    [0, 1, 4],
    [0, 1],
    [2, 3, 4],
    [2, 3, 4],
    [2, 3],
    [0, 5],
  ]);

  it('is what ridge regression of each item on the others finds', () => {
    const { rows, values } = fitEaseMatrix(toy, people, plainArithmetic)!;
    const n = rows.length;
    const x = (u: number, i: number): number => {
      const own = toy.item.subarray(toy.offsets[u]!, toy.offsets[u + 1]!);
      return own.includes(rows[i]!) ? 1 : 0;
    };
    // At the optimum the slope of |x_j - X b|^2 + penalty |b|^2 is 0 for every other item i.
    for (let j = 0; j < n; j++)
      for (let i = 0; i < n; i++) {
        if (i === j) continue;
        let slope = people.penalty * values[i * n + j]!;
        for (let u = 0; u < toy.users; u++) {
          let rest = -x(u, j);
          for (let k = 0; k < n; k++) rest += x(u, k) * values[k * n + j]!;
          slope += rest * x(u, i);
        }
        expect(slope).toBeCloseTo(0, 4);
      }
  });

  it('finds partners, and drops pairs that one person made', () => {
    const lists = fitEase(toy, people, plainArithmetic);
    const of = (row: number) => [...lists.ids.subarray(lists.offsets[row]!, lists.offsets[row + 1]!)];
    expect(of(0)[0]).toBe(1);
    expect(of(3)[0]).toBe(2);
    expect(of(0)).not.toContain(5);
    expect(of(5)).toEqual([]);
    const alone = fitEase(toy, { ...people, minSupport: 1 }, plainArithmetic);
    expect([...alone.ids.subarray(alone.offsets[0]!, alone.offsets[1]!)]).toContain(5);
    expect(easeCard(lists, people, 1).metrics['items']).toBe(6);
  });

  it('reads baskets or people, and the items in most sets alone', () => {
    const twoVisits = histories(4, [
      [
        { item: 0, visit: 1 },
        { item: 1, visit: 1 },
        { item: 2, visit: 2 },
      ],
      [
        { item: 0, visit: 1 },
        { item: 1, visit: 1 },
        { item: 2, visit: 2 },
      ],
      [{ item: 3, visit: 1 }],
    ]);
    const least = { leastSets: 2, penalty: 1 };
    const baskets = fitEase(twoVisits, { ...DEFAULT_EASE.baskets, ...least }, plainArithmetic);
    expect([...baskets.ids]).toEqual([1, 0]);
    const whole = fitEase(twoVisits, { ...people, ...least }, plainArithmetic);
    expect(whole.ids.length).toBe(6);
    const capped = fitEaseMatrix(twoVisits, { ...people, ...least, mostItems: 2 }, plainArithmetic)!;
    expect([...capped.rows]).toEqual([0, 1]);
  });

  it('has nothing to say where there is nothing', () => {
    const empty = histories(3, [[0], [1]]);
    expect(fitEase(empty, DEFAULT_EASE.people, plainArithmetic).ids.length).toBe(0);
  });
});
