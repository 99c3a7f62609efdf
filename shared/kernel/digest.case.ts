import type { Kernel } from './contract.ts';
import { categoriesOf, floats, maskOf, queryOf, residualsFor, specOfShape, tableOf } from './draw.case.ts';

/**
 * A number for everything that a kernel computes: the same string from every build in every engine. Needs no test runner,
 * so that any page can print it.
 */
export function kernelDigest(kernel: Kernel): string {
  const digest = new Digest();
  const parts = [scans, searches, changes, networks, sessions].map((part) => {
    part(kernel, digest);
    return digest.text();
  });
  return parts.join('-');
}

/** FNV-1a over 32-bit words; every NaN counts the same. */
class Digest {
  #hash = 0x811c9dc5;

  words(values: Uint32Array): void {
    for (const value of values) this.#hash = Math.imul(this.#hash ^ value, 16777619);
  }

  floats(values: Float32Array): void {
    const words = new Uint32Array(values.slice().buffer);
    this.words(words.map((word, i) => (Number.isNaN(values[i]) ? 0x7fc00000 : word)));
  }

  text(): string {
    return (this.#hash >>> 0).toString(16).padStart(8, '0');
  }
}

function scans(kernel: Kernel, digest: Digest): void {
  for (const [n, dims] of [64, 64, 33, 100, 16].entries()) {
    const items = 3001 + 977 * n;
    const table = kernel.table(tableOf(items, dims, n));
    const mask = maskOf(items, [1, 0.5, 0.01][n % 3]!, n);
    const queries = [1, 2, 3, 4, 5].map((seed) => queryOf(dims, seed + n));
    for (const { rows, scores } of table.scanMany(queries, 150, mask)) {
      digest.words(rows);
      digest.floats(scores);
    }
    const { rows, scores } = table.scan(queries[0]!, 20);
    const again = new Float32Array(rows.length);
    table.score(queries[1]!, rows, again);
    digest.words(rows);
    digest.floats(scores);
    digest.floats(again);
    table.free();
  }
}

function searches(kernel: Kernel, digest: Digest): void {
  for (const dims of [64, 30]) {
    const embeddings = tableOf(2500, dims, dims);
    for (const options of [{}, { residuals: residualsFor(embeddings, 8) }]) {
      const table = kernel.table(embeddings, options);
      for (const seed of [1, 2, 3]) {
        const { rows, scores } = table.search(floats(dims, seed), 50);
        digest.words(rows);
        digest.floats(scores);
      }
      table.free();
    }
  }
}

function changes(kernel: Kernel, digest: Digest): void {
  const table = kernel.table(tableOf(100, 24, 5));
  for (let step = 0; step < 20; step++) {
    table.append(tableOf(37, 24, step));
    table.update(step * 5, tableOf(3, 24, step + 1));
    table.remove(step * 7);
    const { rows, scores } = table.scan(queryOf(24, step), 40);
    digest.words(rows);
    digest.floats(scores);
  }
  table.free();
}

function networks(kernel: Kernel, digest: Digest): void {
  const vocabularies = [40, 9, 300];
  for (const quantised of [0, 7, 5, 2]) {
    const spec = specOfShape(
      {
        dense: 61,
        vocabularies,
        dims: 16,
        hidden: [72, 40, 1],
        quantised,
        whole: [0, 3, 4, 60],
        standard: true,
      },
      quantised,
    );
    const network = kernel.network(spec);
    for (const rows of [1, 70, 33]) {
      const x = floats(rows * 61, rows, 3);
      digest.floats(network.run(x, rows, categoriesOf(vocabularies, rows, rows + quantised)));
    }
    network.free();
  }
}

function sessions(kernel: Kernel, digest: Digest): void {
  const attention = kernel.attention({
    embeddings: tableOf(200, 32, 4),
    hidden: 20,
    queryWeights: floats(640, 1),
    keyWeights: floats(640, 2),
    bias: floats(20, 3),
    values: floats(20, 4),
    positions: Float32Array.of(0, -0.3, -0.6, -0.9),
  });
  const clicks = Array.from({ length: 30 }, (_, n) => (n * 37) % 200);
  for (let n = 1; n <= clicks.length; n++) {
    const pooled = attention.pool(clicks.slice(0, n))!;
    digest.floats(pooled.query);
    digest.floats(pooled.weights);
  }
  attention.free();
}
