import type { Container, SectionArray } from './container.ts';
import type { TokenTable } from './contract.ts';
import { demand } from './error.ts';
import { fromHalf, toHalf } from './float16.ts';
import { largest, narrow } from './narrow.ts';
import { checkRuns, readRuns, sumSection, unsignedSection } from './runs.ts';

/** What the catalogue says of each item, as numbered tokens; item i has ids offsets[i] .. offsets[i+1]. */
export interface TokenInput {
  readonly offsets: ArrayLike<number>;
  readonly ids: ArrayLike<number>;
  /** by token */
  readonly idf: ArrayLike<number>;
}

/**
 * Sections `tokens.count` an item, `tokens.sums` of them a block (see `Runs`), `tokens.ids` in the narrowest width, `tokens.idf` as halves.
 * @throws BundleError `input` where sizes disagree or a token is unknown
 */
export function encodeTokens({ offsets, ids, idf }: TokenInput, items: number): Record<string, SectionArray> {
  demand(
    offsets.length === items + 1 && offsets[items] === ids.length,
    'input',
    () =>
      `tokens: found ${offsets.length} offsets to ${offsets[items]}, expected ${items + 1} to ${ids.length}.`,
  );
  demand(
    ids.length === 0 || largest(ids) < idf.length,
    'input',
    () => `tokens: found token ${largest(ids)}, expected less than ${idf.length}.`,
  );
  const counts = Array.from({ length: items }, (_, i) => offsets[i + 1]! - offsets[i]!);
  return {
    'tokens.count': narrow(counts),
    'tokens.sums': sumSection(counts),
    'tokens.ids': narrow(ids),
    'tokens.idf': Uint16Array.from(idf, toHalf),
  };
}

const COUNTS = { lengths: 'tokens.count', sums: 'tokens.sums' } as const;

/** @throws BundleError `section` or `content` where sizes disagree */
export function decodeTokens(container: Container, items: number): TokenTable | undefined {
  if (container.dtype('tokens.idf') === undefined) return undefined;
  const halves = container.section('tokens.idf', 'u16');
  const idf = new Float32Array(halves.length);
  for (let token = 0; token < idf.length; token++) idf[token] = fromHalf(halves[token]!);
  const ids = unsignedSection(container, 'tokens.ids');
  const runs = readRuns(container, COUNTS, { size: items, total: ids.length });
  let offsets: Uint32Array | undefined;
  return {
    get offsets() {
      offsets ??= runs.offsets();
      return offsets;
    },
    ids,
    idf,
  };
}

/** @throws BundleError `content` where a token is unknown, or sums are not those of the counts */
export function checkTokens(container: Container): void {
  if (container.dtype('tokens.idf') === undefined) return;
  checkRuns(container, COUNTS);
  const ids = unsignedSection(container, 'tokens.ids');
  const known = container.section('tokens.idf', 'u16').length;
  demand(
    ids.length === 0 || largest(ids) < known,
    'content',
    () => `tokens: found token ${largest(ids)}, expected less than ${known}.`,
  );
}
