import { sort } from './sort.ts';

/** Four half floats. Multiplying by 2^112 moves the exponent, and is exact for subnormals too. */
// @inline
function halves(at: usize): v128 {
  const bits = v128.load_ext<u16>(at);
  const sign = i32x4.shl(v128.and(bits, i32x4.splat(0x8000)), 16);
  const size = i32x4.shl(v128.and(bits, i32x4.splat(0x7fff)), 13);
  return v128.or(f32x4.mul(size, f32x4.splat(reinterpret<f32>((127 + 112) << 23))), sign);
}

/**
 * Scores rows anew in float32 (`Table.search` says how) and sorts them, best first; a row without a finite scale or score is dropped.
 * @param residuals address 0: none
 * @param query float32, padded with zeros to a multiple of 4
 * @returns how many remain
 */
export function rescore(
  rows: usize,
  scales: usize,
  residuals: usize,
  stride: usize,
  dims: usize,
  query: usize,
  ids: usize,
  count: i32,
  scores: usize,
): i32 {
  let kept = 0;
  for (let n = 0; n < count; n++) {
    const id = load<u32>(ids + ((<usize>n) << 2));
    const scale = load<f32>(scales + ((<usize>id) << 2));
    const row = rows + <usize>id * stride;
    const residual = residuals + 2 * <usize>id * stride;
    let sum = f32x4.splat(0);
    for (let i: usize = 0; i < dims; i += 4) {
      const small = i16x8.extend_low_i8x16_s(v128.load32_zero(row + i));
      let value = f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(small)), f32x4.splat(scale));
      if (residuals) value = f32x4.add(value, halves(residual + 2 * i));
      sum = f32x4.add(sum, f32x4.mul(value, v128.load(query + (i << 2))));
    }
    sum = f32x4.add(sum, i32x4.shuffle(sum, sum, 2, 3, 0, 1));
    const score = f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1);
    // Neither NaN nor infinite.
    if (score - score === 0 && scale - scale === 0) {
      store<f32>(scores + ((<usize>kept) << 2), score);
      store<u32>(ids + ((<usize>kept) << 2), id);
      kept++;
    }
  }
  sort(scores, ids, kept);
  return kept;
}
