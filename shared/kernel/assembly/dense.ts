/** max(x, 0), NaN where x is; the sum makes -0 a 0. Few instructions, unlike `max`. */
// @inline
export function activate(values: v128, relu: bool): v128 {
  return relu ? f32x4.add(f32x4.pmax(values, f32x4.splat(0)), f32x4.splat(0)) : values;
}

/**
 * One dense layer over `rows` rows (a multiple of 4), outputs in blocks of 8: every output begins at `start` and adds
 * its inputs in order, a multiply and an add each, so a lane does what the plain loop does.
 * @param weights blocks of 8 outputs, each `inputs x 8`
 * @param xStride, startStride, yStride bytes from row to row; `start` may be `y`
 */
export function dense(
  x: usize,
  xStride: usize,
  rows: i32,
  inputs: i32,
  weights: usize,
  start: usize,
  startStride: usize,
  blocks: i32,
  y: usize,
  yStride: usize,
  relu: bool,
): void {
  for (let block = 0; block < blocks; block++) {
    let from = x;
    let begin = start;
    let to = y;
    for (let row = 0; row < rows; row += 4) {
      let a0 = v128.load(begin);
      let a1 = v128.load(begin, 16);
      begin += startStride;
      let b0 = v128.load(begin);
      let b1 = v128.load(begin, 16);
      begin += startStride;
      let c0 = v128.load(begin);
      let c1 = v128.load(begin, 16);
      begin += startStride;
      let d0 = v128.load(begin);
      let d1 = v128.load(begin, 16);
      begin += startStride;
      let w = weights;
      let input = from;
      const end = from + ((<usize>inputs) << 2);
      while (input < end) {
        const w0 = v128.load(w);
        const w1 = v128.load(w, 16);
        const p = v128.load32_splat(input);
        a0 = f32x4.add(a0, f32x4.mul(p, w0));
        a1 = f32x4.add(a1, f32x4.mul(p, w1));
        const q = v128.load32_splat(input + xStride);
        b0 = f32x4.add(b0, f32x4.mul(q, w0));
        b1 = f32x4.add(b1, f32x4.mul(q, w1));
        const r = v128.load32_splat(input + 2 * xStride);
        c0 = f32x4.add(c0, f32x4.mul(r, w0));
        c1 = f32x4.add(c1, f32x4.mul(r, w1));
        const s = v128.load32_splat(input + 3 * xStride);
        d0 = f32x4.add(d0, f32x4.mul(s, w0));
        d1 = f32x4.add(d1, f32x4.mul(s, w1));
        w += 32;
        input += 4;
      }
      v128.store(to, activate(a0, relu));
      v128.store(to, activate(a1, relu), 16);
      to += yStride;
      v128.store(to, activate(b0, relu));
      v128.store(to, activate(b1, relu), 16);
      to += yStride;
      v128.store(to, activate(c0, relu));
      v128.store(to, activate(c1, relu), 16);
      to += yStride;
      v128.store(to, activate(d0, relu));
      v128.store(to, activate(d1, relu), 16);
      to += yStride;
      from += 4 * xStride;
    }
    weights += (<usize>inputs) << 5;
    start += 32;
    y += 32;
  }
}

/**
 * Columns of each row side by side as z-scores; `count` is a multiple of 4.
 * @param columns bytes from a row's start
 */
export function gather(
  x: usize,
  xStride: usize,
  rows: i32,
  columns: usize,
  means: usize,
  inverses: usize,
  most: f32,
  count: i32,
  y: usize,
  yStride: usize,
): void {
  const high = f32x4.splat(most);
  const low = f32x4.splat(-most);
  const width = (<usize>count) << 2;
  for (let row = 0; row < rows; row++) {
    for (let at: usize = 0; at < width; at += 16) {
      let value = v128.load32_splat(x + load<u32>(columns + at));
      value = v128.load_lane<f32>(x + load<u32>(columns + at, 4), value, 1);
      value = v128.load_lane<f32>(x + load<u32>(columns + at, 8), value, 2);
      value = v128.load_lane<f32>(x + load<u32>(columns + at, 12), value, 3);
      value = f32x4.mul(f32x4.sub(value, v128.load(means + at)), v128.load(inverses + at));
      v128.store(y + at, f32x4.max(low, f32x4.min(high, value)));
    }
    x += xStride;
    y += yStride;
  }
}

/** `gather` where columns lie side by side, not rows: four rows at a time, those beyond the last too. */
export function transpose(
  x: usize,
  rows: i32,
  columns: usize,
  means: usize,
  inverses: usize,
  most: f32,
  count: i32,
  y: usize,
  yStride: usize,
): void {
  const width = (<usize>count) << 2;
  for (let row = 0; row < rows; row += 4) {
    for (let at: usize = 0; at < width; at += 16) {
      const a = standard(x, at, columns, means, inverses, most);
      const b = standard(x, at + 4, columns, means, inverses, most);
      const c = standard(x, at + 8, columns, means, inverses, most);
      const d = standard(x, at + 12, columns, means, inverses, most);
      const ab = i32x4.shuffle(a, b, 0, 4, 1, 5);
      const cd = i32x4.shuffle(c, d, 0, 4, 1, 5);
      const ef = i32x4.shuffle(a, b, 2, 6, 3, 7);
      const gh = i32x4.shuffle(c, d, 2, 6, 3, 7);
      let to = y + at;
      v128.store(to, i32x4.shuffle(ab, cd, 0, 1, 4, 5));
      to += yStride;
      v128.store(to, i32x4.shuffle(ab, cd, 2, 3, 6, 7));
      to += yStride;
      v128.store(to, i32x4.shuffle(ef, gh, 0, 1, 4, 5));
      to += yStride;
      v128.store(to, i32x4.shuffle(ef, gh, 2, 3, 6, 7));
    }
    x += 16;
    y += yStride << 2;
  }
}

/** Four rows' z-scores of one column. */
function standard(x: usize, at: usize, columns: usize, means: usize, inverses: usize, most: f32): v128 {
  const value = v128.load(x + load<u32>(columns + at));
  const z = f32x4.mul(f32x4.sub(value, v128.load32_splat(means + at)), v128.load32_splat(inverses + at));
  return f32x4.max(f32x4.splat(-most), f32x4.min(f32x4.splat(most), z));
}

/**
 * What each row of the first layer begins with: `begin`, and for each embedding what its category adds, in order.
 * @param lookups addresses of the embeddings' tables, a row of `width` bytes a category
 * @param categories u16, `rows x embeddings`
 * @param found room for an address an embedding
 */
export function embed(
  begin: usize,
  width: usize,
  rows: i32,
  lookups: usize,
  embeddings: i32,
  categories: usize,
  y: usize,
  found: usize,
): void {
  const count = (<usize>embeddings) << 2;
  const end = found + count;
  for (let row = 0; row < rows; row++) {
    for (let k: usize = 0; k < count; k += 4) {
      const add = load<u32>(lookups + k) + <u32>load<u16>(categories) * <u32>width;
      store<u32>(found + k, add);
      categories += 2;
    }
    for (let at: usize = 0; at < width; at += 32) {
      let a = v128.load(begin + at);
      let b = v128.load(begin + at, 16);
      for (let k = found; k < end; k += 4) {
        const add = <usize>load<u32>(k) + at;
        a = f32x4.add(a, v128.load(add));
        b = f32x4.add(b, v128.load(add, 16));
      }
      v128.store(y + at, a);
      v128.store(y + at, b, 16);
    }
    y += width;
  }
}

/**
 * Weights as `dense` reads them, of integers: blocks of 8 outputs, each `inputs x 8`, an integer times its output's scale.
 * @param from the first block's first input; @param stride bytes from input to input
 */
export function spread(from: usize, stride: usize, inputs: i32, blocks: i32, scales: usize, to: usize): void {
  for (let block = 0; block < blocks; block++) {
    const a = v128.load(scales);
    const b = v128.load(scales, 16);
    let row = from;
    for (let input = 0; input < inputs; input++) {
      const eight = v128.load_ext<i8>(row);
      v128.store(to, f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(eight)), a));
      v128.store(to, f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(eight)), b), 16);
      row += stride;
      to += 32;
    }
    from += 8;
    scales += 32;
  }
}

/** Zeros in the bytes `from` to `to` of each row: padding must not carry what the padded columns made of infinity. */
export function clear(y: usize, stride: usize, rows: i32, from: usize, to: usize): void {
  for (let row = 0; row < rows; row++) {
    memory.fill(y + from, 0, to - from);
    y += stride;
  }
}
