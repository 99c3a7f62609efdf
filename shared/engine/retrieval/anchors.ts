import type { Anchor } from '../observe.ts';

/** `strength * decay ^ age` of each anchor; powers by repeated multiplication, exact in every engine. */
export function weigh(anchors: readonly Anchor[], decay: number): Float64Array {
  const weights = new Float64Array(anchors.length);
  let power = 1;
  let age = 0;
  for (let i = 0; i < anchors.length; i++) {
    const anchor = anchors[i]!;
    for (; age < anchor.age; age++) power *= decay;
    weights[i] = anchor.strength * power;
  }
  return weights;
}

/** `decay ^ age` of each anchor, whatever its strength. */
export function fade(anchors: readonly Anchor[], decay: number): Float64Array {
  const weights = new Float64Array(anchors.length);
  let power = 1;
  let age = 0;
  for (let i = 0; i < anchors.length; i++) {
    for (; age < anchors[i]!.age; age++) power *= decay;
    weights[i] = power;
  }
  return weights;
}

/** The anchor with the largest positive value by place; the newest of equals. */
export function largestOf(anchors: readonly Anchor[], values: Float64Array): Anchor | undefined {
  let best = -1;
  let most = 0;
  for (let at = 0; at < anchors.length; at++) {
    if (!(values[at]! > most)) continue;
    most = values[at]!;
    best = at;
  }
  return anchors[best];
}
