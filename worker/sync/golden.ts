import type { Engine } from '../../shared/engine/contract.ts';
import { goldenEntries, isGolden } from '../../shared/engine/golden.ts';
import type { Golden } from '../../shared/protocol/manifest.ts';
import type { SlateEntry } from '../../shared/protocol/slate.ts';

/** Generous: it stops a release that would hang a page, not one on a slow phone. */
const DEADLINE = 4_000;

class GoldenError extends Error {
  override readonly name = 'GoldenError';
  readonly code: 'golden-slate' | 'golden-scores' | 'golden-slow';
  constructor(code: GoldenError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * Runs a release once before it serves anybody.
 * @param clock monotonic, ms
 * @throws GoldenError where the slate is not the one that the release was published with, a score is not finite, or
 * making it took too long
 */
export function tryGolden(engine: Engine, golden: Golden, clock: () => number): void {
  const started = clock();
  const entries = goldenEntries(engine, golden);
  const found = entries.map(({ item }) => item);
  const took = clock() - started;
  if (!isGolden(found, golden))
    throw new GoldenError(
      'golden-slate',
      `found ${found.join(', ')}, expected ${golden.expected.join(', ')}`,
    );
  requireFinite(entries);
  if (took > DEADLINE)
    throw new GoldenError('golden-slow', `one slate took ${Math.round(took)} ms, at most ${DEADLINE}`);
}

/** No sort tells a NaN apart: ids may come out as expected by luck. */
function requireFinite(entries: readonly SlateEntry[]): void {
  const broken = entries.find(({ score }) => !Number.isFinite(score));
  if (broken !== undefined)
    throw new GoldenError(
      'golden-scores',
      `${broken.item}: found score ${broken.score}, expected a finite one`,
    );
}
