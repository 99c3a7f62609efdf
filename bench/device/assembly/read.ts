/** Reads every byte of memory from 0 to `bytes` (a multiple of 128) once and adds it up: the floor under any scan. */
export function read(from: usize, bytes: usize): i32 {
  let a = i32x4.splat(0);
  let b = i32x4.splat(0);
  let c = i32x4.splat(0);
  let d = i32x4.splat(0);
  for (let at = from, end = from + bytes; at < end; at += 128) {
    a = i32x4.add(a, i32x4.add(v128.load(at), v128.load(at, 16)));
    b = i32x4.add(b, i32x4.add(v128.load(at, 32), v128.load(at, 48)));
    c = i32x4.add(c, i32x4.add(v128.load(at, 64), v128.load(at, 80)));
    d = i32x4.add(d, i32x4.add(v128.load(at, 96), v128.load(at, 112)));
  }
  const sum = i32x4.add(i32x4.add(a, b), i32x4.add(c, d));
  return (
    i32x4.extract_lane(sum, 0) +
    i32x4.extract_lane(sum, 1) +
    i32x4.extract_lane(sum, 2) +
    i32x4.extract_lane(sum, 3)
  );
}
