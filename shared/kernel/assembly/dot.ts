// Sums of products of int8 rows with a query, in i32 lanes. The relaxed instruction reads its second operand as seven
// bits without sign: there a query is stored as bytes of component + 64 and the caller takes 64 times the row's sum off;
// elsewhere it is stored in 16 bits.

/** Bytes of query for 16 components. */
export const QUERY: usize = ASC_FEATURE_RELAXED_SIMD ? 16 : 32;

/** Adds the products of 16 components. */
// @inline
export function add16(sum: v128, row: usize, query: usize): v128 {
  if (ASC_FEATURE_RELAXED_SIMD)
    return i32x4.relaxed_dot_i8x16_i7x16_add_s(v128.load(row), v128.load(query), sum);
  sum = i32x4.add(sum, i32x4.dot_i16x8_s(v128.load_ext<i8>(row), v128.load(query)));
  return i32x4.add(sum, i32x4.dot_i16x8_s(v128.load_ext<i8>(row, 8), v128.load(query, 16)));
}

/** Lane i: the sum of the i-th argument's lanes. */
// @inline
export function sums(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = i32x4.add(i32x4.shuffle(a, b, 0, 4, 1, 5), i32x4.shuffle(a, b, 2, 6, 3, 7));
  const cd = i32x4.add(i32x4.shuffle(c, d, 0, 4, 1, 5), i32x4.shuffle(c, d, 2, 6, 3, 7));
  return i32x4.add(i32x4.shuffle(ab, cd, 0, 1, 4, 5), i32x4.shuffle(ab, cd, 2, 3, 6, 7));
}
