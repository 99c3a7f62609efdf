/** Uniform draws from [0, 1). */
export type Draw = () => number;

/** Draws that follow from a seed alone: a Weyl sequence through the 32-bit finaliser of MurmurHash3 (Appleby, 2008). */
export function seededDraw(seed: number): Draw {
  let state = Math.floor(seed) | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let hash = state;
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return ((hash ^ (hash >>> 16)) >>> 0) / 0x100000000;
  };
}
