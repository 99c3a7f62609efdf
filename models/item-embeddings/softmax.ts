export interface SampledBatch {
  /** unit rows, `positions x dims` */
  readonly queries: Float32Array;
  /** unit rows, `choices x dims` */
  readonly choices: Float32Array;
  /** index into `choices` of each position's target */
  readonly target: Uint32Array;
  /** weight of each position; they sum to 1 */
  readonly weight: Float32Array;
  /**
   * added to a choice's logit wherever it is not the target: -ln of the probability that it was drawn makes the sum
   * over choices an estimate of the sum over all items. Absent: 0
   */
  readonly bias?: Float32Array;
  readonly dims: number;
  readonly scale: number;
  readonly smoothing: number;
}

export interface SampledSlopes {
  /** weighted cross-entropy of the targets, without smoothing */
  readonly loss: number;
  readonly queries: Float32Array;
  readonly choices: Float32Array;
  /** of ln(scale) */
  readonly logScale: number;
}

/**
 * Loss and slopes of the weighted softmax cross-entropy with label smoothing over shared choices (Bengio and Senecal
 * 2003 for the sampling, Szegedy et al. 2016 for the smoothing), straight from the definition: the reference of the
 * host's kernel.
 */
export function plainSampledSoftmax(batch: SampledBatch): SampledSlopes {
  const { queries, choices, dims, scale, smoothing, target, weight, bias } = batch;
  const count = choices.length / dims;
  const ofQueries = new Float64Array(queries.length);
  const ofChoices = new Float64Array(choices.length);
  let loss = 0;
  let logScale = 0;
  for (let p = 0; p < target.length; p++) {
    const dots = Array.from({ length: count }, (_, c) => dot(batch, p, c));
    const logits = dots.map((value, c) => value * scale + (c === target[p] ? 0 : (bias?.[c] ?? 0)));
    const most = logits.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    const sum = logits.reduce((total, logit) => total + Math.exp(logit - most), 0);
    loss -= weight[p]! * (logits[target[p]!]! - most - Math.log(sum));
    logits.forEach((logit, c) => {
      const label = smoothing / count + (c === target[p] ? 1 - smoothing : 0);
      const slope = weight[p]! * scale * (Math.exp(logit - most) / sum - label);
      logScale += slope * dots[c]!;
      for (let d = 0; d < dims; d++) {
        ofQueries[p * dims + d]! += slope * choices[c * dims + d]!;
        ofChoices[c * dims + d]! += slope * queries[p * dims + d]!;
      }
    });
  }
  return { loss, queries: Float32Array.from(ofQueries), choices: Float32Array.from(ofChoices), logScale };
}

function dot({ queries, choices, dims }: SampledBatch, p: number, c: number): number {
  let sum = 0;
  for (let d = 0; d < dims; d++) sum += queries[p * dims + d]! * choices[c * dims + d]!;
  return sum;
}
