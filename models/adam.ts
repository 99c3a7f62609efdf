export interface AdamSettings {
  readonly rate: number;
  readonly beta1: number;
  readonly beta2: number;
}

/**
 * Adam (Kingma and Ba 2015) over one parameter array. `update` may be given some rows alone: the moments of the
 * others wait, and bias is corrected by each row's own number of updates.
 */
export class Adam {
  readonly #first: Float32Array;
  readonly #second: Float32Array;
  readonly #updates: Uint32Array;
  readonly values: Float32Array;
  readonly #width: number;

  constructor(values: Float32Array, width = values.length) {
    this.values = values;
    this.#width = width;
    this.#first = new Float32Array(values.length);
    this.#second = new Float32Array(values.length);
    this.#updates = new Uint32Array(values.length / width);
  }

  /** @param gradient of row `row`, `width` long, read from `at` */
  update(row: number, gradient: Float32Array, at: number, { rate, beta1, beta2 }: AdamSettings): void {
    const count = ++this.#updates[row]!;
    const step = (rate * Math.sqrt(1 - beta2 ** count)) / (1 - beta1 ** count);
    const from = row * this.#width;
    for (let d = 0; d < this.#width; d++) {
      const g = gradient[at + d]!;
      const m = beta1 * this.#first[from + d]! + (1 - beta1) * g;
      const v = beta2 * this.#second[from + d]! + (1 - beta2) * g * g;
      this.#first[from + d] = m;
      this.#second[from + d] = v;
      this.values[from + d]! -= (step * m) / (Math.sqrt(v) + 1e-8);
    }
  }

  /**
   * Catches a row up with `steps` steps that had no gradient for it, as if each had updated it by zeros: its moments fade, and
   * its values go on by what is left of them. In closed form, the steps at one rate, corrected as at the first.
   */
  rest(row: number, steps: number, { rate, beta1, beta2 }: AdamSettings): void {
    const before = this.#updates[row]!;
    this.#updates[row] = before + steps;
    if (before === 0) return;
    const ratio = beta1 / Math.sqrt(beta2);
    const step = (rate * Math.sqrt(1 - beta2 ** before)) / (1 - beta1 ** before);
    const further = (step * ratio * (1 - ratio ** steps)) / (1 - ratio);
    const first = beta1 ** steps;
    const second = beta2 ** steps;
    const from = row * this.#width;
    for (let i = from; i < from + this.#width; i++) {
      this.values[i]! -= (further * this.#first[i]!) / (Math.sqrt(this.#second[i]!) + 1e-8);
      this.#first[i]! *= first;
      this.#second[i]! *= second;
    }
  }
}

/** Linear warm-up, then cosine down to `floor` of the peak. */
export function schedule(
  step: number,
  steps: number,
  { warmUp, floor }: { warmUp: number; floor: number },
): number {
  if (step < warmUp) return (step + 1) / warmUp;
  const done = Math.min(1, (step - warmUp) / Math.max(1, steps - warmUp));
  return floor + (1 - floor) * 0.5 * (1 + Math.cos(Math.PI * done));
}
