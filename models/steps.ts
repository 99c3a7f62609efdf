import type { Interactions } from './contract.ts';

/** A step is a moment: rows of one user with one time stamp. */
export interface Steps {
  /** step of each row, counted within its user */
  readonly step: Uint32Array;
  /** rows that share the step */
  readonly size: Uint32Array;
  /** steps of each row's user */
  readonly length: Uint32Array;
}

export function stepsOf({ users, offsets, time }: Interactions): Steps {
  const step = new Uint32Array(time.length);
  const size = new Uint32Array(time.length);
  const length = new Uint32Array(time.length);
  for (let u = 0; u < users; u++) {
    const from = offsets[u]!;
    const to = offsets[u + 1]!;
    let start = from;
    let count = 0;
    for (let r = from; r < to; r++) {
      step[r] = count;
      if (r + 1 < to && time[r + 1] === time[r]) continue;
      size.fill(r + 1 - start, start, r + 1);
      start = r + 1;
      count++;
    }
    length.fill(count, from, to);
  }
  return { step, size, length };
}
