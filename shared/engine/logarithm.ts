import { ln } from '../kernel/math.ts';

const TABLED = 2048;
const table = Float64Array.from({ length: TABLED }, (_, count) => ln(1 + count));

/** ln(1 + x), the scale of every count; from a table for whole numbers, the same bits. */
export function ln1(x: number): number {
  return x < TABLED && x === (x | 0) && x >= 0 ? table[x]! : ln(1 + x);
}
