/** 0 for none. */
export function largest(values: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) if (values[i]! > most) most = values[i]!;
  return most;
}

/** The narrowest unsigned array that holds the values. */
export function narrow(values: ArrayLike<number>): Uint8Array | Uint16Array | Uint32Array {
  const most = largest(values);
  if (most < 2 ** 8) return Uint8Array.from(values);
  return most < 2 ** 16 ? Uint16Array.from(values) : Uint32Array.from(values);
}
