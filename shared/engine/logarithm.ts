import { ln } from '../kernel/math.ts';

const TABLED = 2048;
/** 0 is not computed yet */
const table = new Float64Array(TABLED);

/** ln(1 + x), the scale of every count; whole numbers' are computed once, the same bits. */
export function ln1(x: number): number {
  if (x === 0) return 0;
  const isTabled = x < TABLED && x === (x | 0) && x > 0;
  const known = isTabled ? table[x]! : 0;
  if (known !== 0) return known;
  const fresh = ln(1 + x);
  if (isTabled) table[x] = fresh;
  return fresh;
}
