/**
 * One dense layer over `rows` rows (a multiple of 4), outputs in blocks of 8: every output starts at its bias and adds
 * its inputs in order, a multiply and an add each, so a lane does what the plain loop does.
 * @param weights blocks of 8 outputs, each `inputs x 8`
 * @param xStride, yStride bytes from row to row
 */
export function dense(
  x: usize,
  xStride: usize,
  rows: i32,
  inputs: i32,
  weights: usize,
  bias: usize,
  blocks: i32,
  y: usize,
  yStride: usize,
  relu: bool,
): void {
  const zero = f32x4.splat(0);
  for (let block = 0; block < blocks; block++) {
    const bias0 = v128.load(bias);
    const bias1 = v128.load(bias, 16);
    let from = x;
    let to = y;
    for (let row = 0; row < rows; row += 4) {
      let a0 = bias0;
      let a1 = bias1;
      let b0 = bias0;
      let b1 = bias1;
      let c0 = bias0;
      let c1 = bias1;
      let d0 = bias0;
      let d1 = bias1;
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
      if (relu) {
        a0 = f32x4.max(a0, zero);
        a1 = f32x4.max(a1, zero);
        b0 = f32x4.max(b0, zero);
        b1 = f32x4.max(b1, zero);
        c0 = f32x4.max(c0, zero);
        c1 = f32x4.max(c1, zero);
        d0 = f32x4.max(d0, zero);
        d1 = f32x4.max(d1, zero);
      }
      v128.store(to, a0);
      v128.store(to, a1, 16);
      v128.store(to + yStride, b0);
      v128.store(to + yStride, b1, 16);
      v128.store(to + 2 * yStride, c0);
      v128.store(to + 2 * yStride, c1, 16);
      v128.store(to + 3 * yStride, d0);
      v128.store(to + 3 * yStride, d1, 16);
      from += 4 * xStride;
      to += 4 * yStride;
    }
    weights += (<usize>inputs) << 5;
    bias += 32;
    y += 32;
  }
}
