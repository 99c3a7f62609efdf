import type { DenseLayer, Layer, QuantisedLayer } from './contract.ts';
import { quantiseLayer } from './quantise.ts';

/** Layers with fewer outputs stay float32: they cost nothing, and the last one's error is the whole's. */
const LEAST_OUTPUTS = 8;
/** Of the mean square input, added to each: keeps inputs that the sample hardly moves from being pushed about. */
const DAMPING = 0.01;

/**
 * A network in int8 whose rounding errors cancel on inputs like the sample's: weights are rounded input by input, and what rounding one
 * changes in the outputs is taken back by the weights that are still to come (Frantar et al., "GPTQ", 2022, after Hassibi
 * and Stork's optimal brain surgeon). Slow; for training.
 * @param sample row-major `rows x layers[0].inputs`: what layer 0 reads, z-scores and embeddings
 */
export function quantiseLayers(layers: readonly DenseLayer[], sample: Float32Array): Layer[] {
  let x: Float64Array = Float64Array.from(sample);
  return layers.map((layer) => {
    const rows = x.length / layer.inputs;
    if (!Number.isInteger(rows) || rows === 0)
      throw new RangeError(`Found a sample of ${x.length} values, expected rows of ${layer.inputs}.`);
    const rounded = layer.outputs < LEAST_OUTPUTS ? layer : compensate(layer, x);
    x = forward(rounded, x);
    return rounded;
  });
}

function compensate(layer: DenseLayer, x: Float64Array): QuantisedLayer {
  const { inputs, outputs } = layer;
  const { scales } = quantiseLayer(layer);
  const factor = factorOfInverse(moments(x, inputs), inputs);
  const left = Float64Array.from(layer.weights);
  const weights = new Int8Array(left.length);
  const errors = new Float64Array(outputs);
  for (let i = 0; i < inputs; i++) {
    for (let o = 0; o < outputs; o++) {
      const scale = scales[o]!;
      const at = i * outputs + o;
      const whole = scale > 0 ? Math.round(left[at]! / scale) : 0;
      weights[at] = Math.max(-127, Math.min(127, whole));
      errors[o] = (left[at]! - weights[at]! * scale) / factor[i * inputs + i]!;
    }
    for (let j = i + 1; j < inputs; j++) {
      const share = factor[i * inputs + j]!;
      for (let o = 0; o < outputs; o++) left[j * outputs + o] = left[j * outputs + o]! - share * errors[o]!;
    }
  }
  return { ...layer, weights, scales };
}

/** X'X / rows, with the damping on its diagonal. */
function moments(x: Float64Array, width: number): Float64Array {
  const sums = new Float64Array(width * width);
  const rows = x.length / width;
  for (let r = 0; r < rows; r++)
    for (let i = 0; i < width; i++) {
      const value = x[r * width + i]! / rows;
      if (value !== 0)
        for (let j = i; j < width; j++)
          sums[i * width + j] = sums[i * width + j]! + value * x[r * width + j]!;
    }
  let trace = 0;
  for (let i = 0; i < width; i++) trace += sums[i * width + i]!;
  const damping = (DAMPING * trace) / width || 1;
  for (let i = 0; i < width; i++) sums[i * width + i] = sums[i * width + i]! + damping;
  for (let i = 0; i < width; i++) for (let j = 0; j < i; j++) sums[i * width + j] = sums[j * width + i]!;
  return sums;
}

/**
 * The upper triangle U with U'U = A^-1, for A positive definite. With A = V V' and V upper, from the last row up, U = V^-1.
 */
function factorOfInverse(a: Float64Array, width: number): Float64Array {
  const v = new Float64Array(width * width);
  for (let j = width - 1; j >= 0; j--)
    for (let i = j; i >= 0; i--) {
      let sum = a[i * width + j]!;
      for (let k = j + 1; k < width; k++) sum -= v[i * width + k]! * v[j * width + k]!;
      v[i * width + j] = i === j ? Math.sqrt(sum) : sum / v[j * width + j]!;
    }
  const u = new Float64Array(width * width);
  for (let i = width - 1; i >= 0; i--) {
    const own = 1 / v[i * width + i]!;
    u[i * width + i] = own;
    for (let j = i + 1; j < width; j++) {
      let sum = 0;
      for (let k = i + 1; k <= j; k++) sum += v[i * width + k]! * u[k * width + j]!;
      u[i * width + j] = -sum * own;
    }
  }
  return u;
}

function forward(layer: Layer, x: Float64Array): Float64Array {
  const { inputs, outputs, bias, activation } = layer;
  const rows = x.length / inputs;
  const y = new Float64Array(rows * outputs);
  for (let r = 0; r < rows; r++) {
    const sums = y.subarray(r * outputs, (r + 1) * outputs);
    for (let i = 0; i < inputs; i++) {
      const value = x[r * inputs + i]!;
      if (value !== 0)
        for (let o = 0; o < outputs; o++) sums[o] = sums[o]! + value * layer.weights[i * outputs + o]!;
    }
    for (let o = 0; o < outputs; o++) {
      const sum = sums[o]! * ('scales' in layer ? layer.scales[o]! : 1) + bias[o]!;
      sums[o] = activation === 'relu' ? Math.max(sum, 0) : sum;
    }
  }
  return y;
}
