/** Sets of rows as bits, as the kernel's scan reads them. */
export const has = (mask: Uint32Array, row: number): boolean => ((mask[row >>> 5]! >>> (row & 31)) & 1) === 1;

export function add(mask: Uint32Array, row: number): void {
  mask[row >>> 5] = mask[row >>> 5]! | (1 << (row & 31));
}

export function remove(mask: Uint32Array, row: number): void {
  mask[row >>> 5] = mask[row >>> 5]! & ~(1 << (row & 31));
}
