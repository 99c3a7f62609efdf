/**
 * Slopes of a softmax cross-entropy over shared choices, sixteen queries at a time, so that their logits stay in the
 * cache between the three products that read them. Every sum has one fixed order.
 */

const ROWS: i32 = 16;
/** Below it, e^x is next to the smallest float and adds nothing. */
const LEAST: f32 = -87.0;

/** e^x of four lanes for -87 <= x <= 80, relative error below 2e-7 (degree 6 on [-ln2/2, ln2/2]). */
function exp4(x: v128): v128 {
  const clamped = f32x4.max(x, f32x4.splat(LEAST));
  const k = f32x4.nearest(f32x4.mul(clamped, f32x4.splat(<f32>Math.LOG2E)));
  let r = f32x4.sub(clamped, f32x4.mul(k, f32x4.splat(0.693145751953125)));
  r = f32x4.sub(r, f32x4.mul(k, f32x4.splat(1.4286068203094173e-6)));
  let p = f32x4.splat(1.0 / 720.0);
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.0 / 120.0));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.0 / 24.0));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.0 / 6.0));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.5));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.0));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.0));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(k), i32x4.splat(127)), 23);
  return f32x4.mul(p, power);
}

/** s[row][choice] = q[row] . n[choice]; `panels` holds eight choices at a time, [choices / 8][dims][8]. */
function logits(q: usize, dims: i32, panels: usize, choices: i32, s: usize, stride: usize): void {
  const width = (<usize>dims) << 2;
  for (let c = 0; c < choices; c += 8) {
    for (let row = 0; row < ROWS; row += 4) {
      let a0 = f32x4.splat(0);
      let a1 = a0;
      let b0 = a0;
      let b1 = a0;
      let c0 = a0;
      let c1 = a0;
      let d0 = a0;
      let d1 = a0;
      let at = panels;
      let from = q + <usize>row * width;
      const end = from + width;
      while (from < end) {
        const n0 = v128.load(at);
        const n1 = v128.load(at, 16);
        const w = v128.load32_splat(from);
        a0 = f32x4.add(a0, f32x4.mul(w, n0));
        a1 = f32x4.add(a1, f32x4.mul(w, n1));
        const x = v128.load32_splat(from + width);
        b0 = f32x4.add(b0, f32x4.mul(x, n0));
        b1 = f32x4.add(b1, f32x4.mul(x, n1));
        const y = v128.load32_splat(from + 2 * width);
        c0 = f32x4.add(c0, f32x4.mul(y, n0));
        c1 = f32x4.add(c1, f32x4.mul(y, n1));
        const z = v128.load32_splat(from + 3 * width);
        d0 = f32x4.add(d0, f32x4.mul(z, n0));
        d1 = f32x4.add(d1, f32x4.mul(z, n1));
        at += 32;
        from += 4;
      }
      const to = s + <usize>row * stride + ((<usize>c) << 2);
      v128.store(to, a0);
      v128.store(to, a1, 16);
      v128.store(to + stride, b0);
      v128.store(to + stride, b1, 16);
      v128.store(to + 2 * stride, c0);
      v128.store(to + 2 * stride, c1, 16);
      v128.store(to + 3 * stride, d0);
      v128.store(to + 3 * stride, d1, 16);
    }
    panels += width << 3;
  }
}

/** slope[row] = sum over choices of s[row][choice] n[choice]; `columns` holds eight components at a time, [dims / 8][choices][8]. */
function pull(s: usize, stride: usize, choices: i32, columns: usize, dims: i32, slope: usize): void {
  const width = (<usize>dims) << 2;
  for (let d = 0; d < dims; d += 8) {
    for (let row = 0; row < ROWS; row += 4) {
      let a0 = f32x4.splat(0);
      let a1 = a0;
      let b0 = a0;
      let b1 = a0;
      let c0 = a0;
      let c1 = a0;
      let d0 = a0;
      let d1 = a0;
      let at = columns;
      let from = s + <usize>row * stride;
      const end = from + ((<usize>choices) << 2);
      while (from < end) {
        const n0 = v128.load(at);
        const n1 = v128.load(at, 16);
        const w = v128.load32_splat(from);
        a0 = f32x4.add(a0, f32x4.mul(w, n0));
        a1 = f32x4.add(a1, f32x4.mul(w, n1));
        const x = v128.load32_splat(from + stride);
        b0 = f32x4.add(b0, f32x4.mul(x, n0));
        b1 = f32x4.add(b1, f32x4.mul(x, n1));
        const y = v128.load32_splat(from + 2 * stride);
        c0 = f32x4.add(c0, f32x4.mul(y, n0));
        c1 = f32x4.add(c1, f32x4.mul(y, n1));
        const z = v128.load32_splat(from + 3 * stride);
        d0 = f32x4.add(d0, f32x4.mul(z, n0));
        d1 = f32x4.add(d1, f32x4.mul(z, n1));
        at += 32;
        from += 4;
      }
      const to = slope + <usize>row * width + ((<usize>d) << 2);
      v128.store(to, a0);
      v128.store(to, a1, 16);
      v128.store(to + width, b0);
      v128.store(to + width, b1, 16);
      v128.store(to + 2 * width, c0);
      v128.store(to + 2 * width, c1, 16);
      v128.store(to + 3 * width, d0);
      v128.store(to + 3 * width, d1, 16);
    }
    columns += (<usize>choices) << 5;
  }
}

/** slope[choice] += sum over the rows of s[row][choice] q[row]. */
function push(s: usize, stride: usize, choices: i32, q: usize, dims: i32, slope: usize): void {
  const width = (<usize>dims) << 2;
  for (let c = 0; c < choices; c += 4) {
    for (let d = 0; d < dims; d += 8) {
      const to = slope + <usize>c * width + ((<usize>d) << 2);
      let a0 = v128.load(to);
      let a1 = v128.load(to, 16);
      let b0 = v128.load(to + width);
      let b1 = v128.load(to + width, 16);
      let c0 = v128.load(to + 2 * width);
      let c1 = v128.load(to + 2 * width, 16);
      let d0 = v128.load(to + 3 * width);
      let d1 = v128.load(to + 3 * width, 16);
      let from = s + ((<usize>c) << 2);
      let at = q + ((<usize>d) << 2);
      for (let row = 0; row < ROWS; row++) {
        const n0 = v128.load(at);
        const n1 = v128.load(at, 16);
        const w = v128.load32_splat(from);
        a0 = f32x4.add(a0, f32x4.mul(w, n0));
        a1 = f32x4.add(a1, f32x4.mul(w, n1));
        const x = v128.load32_splat(from, 4);
        b0 = f32x4.add(b0, f32x4.mul(x, n0));
        b1 = f32x4.add(b1, f32x4.mul(x, n1));
        const y = v128.load32_splat(from, 8);
        c0 = f32x4.add(c0, f32x4.mul(y, n0));
        c1 = f32x4.add(c1, f32x4.mul(y, n1));
        const z = v128.load32_splat(from, 12);
        d0 = f32x4.add(d0, f32x4.mul(z, n0));
        d1 = f32x4.add(d1, f32x4.mul(z, n1));
        from += stride;
        at += width;
      }
      v128.store(to, a0);
      v128.store(to, a1, 16);
      v128.store(to + width, b0);
      v128.store(to + width, b1, 16);
      v128.store(to + 2 * width, c0);
      v128.store(to + 2 * width, c1, 16);
      v128.store(to + 3 * width, d0);
      v128.store(to + 3 * width, d1, 16);
    }
  }
}

/** From cosines to the weighted slopes of the logits, in place. @returns the row's weighted cross-entropy of the target */
function soften(
  s: usize,
  choices: i32,
  real: i32,
  bias: usize,
  scale: f32,
  target: i32,
  weight: f32,
  smoothing: f32,
): f32 {
  const factor = f32x4.splat(scale);
  const shift = f32x4.splat(scale);
  const at = s + ((<usize>target) << 2);
  const own = load<f32>(at) * scale - scale;
  let total = f32x4.splat(0);
  for (let c = 0; c < choices; c += 4) {
    const to = s + ((<usize>c) << 2);
    const z = f32x4.add(
      f32x4.sub(f32x4.mul(v128.load(to), factor), shift),
      v128.load(bias + ((<usize>c) << 2)),
    );
    const e = exp4(z);
    v128.store(to, e);
    total = f32x4.add(total, e);
  }
  const before = load<f32>(at);
  const mine = <f32>Math.exp(own);
  const sum =
    f32x4.extract_lane(total, 0) +
    f32x4.extract_lane(total, 1) +
    (f32x4.extract_lane(total, 2) + f32x4.extract_lane(total, 3)) -
    before +
    mine;
  store<f32>(at, mine);
  const share = f32x4.splat(weight / sum);
  const even = f32x4.splat((weight * smoothing) / <f32>real);
  for (let c = 0; c < choices; c += 4) {
    const to = s + ((<usize>c) << 2);
    v128.store(to, f32x4.sub(f32x4.mul(v128.load(to), share), even));
  }
  for (let c = real; c < choices; c++) store<f32>(s + ((<usize>c) << 2), 0);
  store<f32>(at, load<f32>(at) - weight * (1 - smoothing));
  return weight * (<f32>Math.log(sum) - own);
}

/**
 * Adds up everything over all rows (a multiple of 16).
 * @param q unit rows, [rows][dims]; dims a multiple of 8
 * @param panels, columns the choices (a multiple of 8), packed twice
 * @param bias added to each choice's logit except where it is the target
 * @param s room for 16 rows of `stride` bytes
 * @param qSlope, nSlope results; nSlope is added to
 * @returns the weighted cross-entropy
 */
export function contrast(
  q: usize,
  rows: i32,
  dims: i32,
  panels: usize,
  columns: usize,
  choices: i32,
  real: i32,
  bias: usize,
  target: usize,
  weight: usize,
  scale: f32,
  smoothing: f32,
  s: usize,
  stride: usize,
  qSlope: usize,
  nSlope: usize,
): f64 {
  const block = (<usize>(dims * ROWS)) << 2;
  let loss: f64 = 0;
  for (let row = 0; row < rows; row += ROWS) {
    logits(q, dims, panels, choices, s, stride);
    for (let r = 0; r < ROWS; r++) {
      const skip = (<usize>(row + r)) << 2;
      loss += soften(
        s + <usize>r * stride,
        choices,
        real,
        bias,
        scale,
        load<i32>(target + skip),
        load<f32>(weight + skip),
        smoothing,
      );
    }
    pull(s, stride, choices, columns, dims, qSlope);
    push(s, stride, choices, q, dims, nSlope);
    q += block;
    qSlope += block;
  }
  return loss;
}

export function base(): usize {
  return __heap_base;
}
