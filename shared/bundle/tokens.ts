import type { Container, SectionArray } from './container.ts';
import type { TokenTable } from './contract.ts';
import { demand } from './error.ts';
import { fromHalf, toHalf } from './float16.ts';
import { largest, narrow } from './narrow.ts';
import { offsetsOf, unsignedSection } from './strings.ts';

/** What the catalogue says of each item, as numbered tokens; item i has ids offsets[i] .. offsets[i+1]. */
export interface TokenInput {
  readonly offsets: ArrayLike<number>;
  readonly ids: ArrayLike<number>;
  /** by token */
  readonly idf: ArrayLike<number>;
}

/**
 * Sections `tokens.count` an item, `tokens.ids` in the narrowest width, `tokens.idf` as halves.
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
  return {
    'tokens.count': narrow(Array.from({ length: items }, (_, i) => offsets[i + 1]! - offsets[i]!)),
    'tokens.ids': narrow(ids),
    'tokens.idf': Uint16Array.from(idf, toHalf),
  };
}

/** @throws BundleError `section` or `content` where sizes disagree or a token is unknown */
export function decodeTokens(container: Container, items: number): TokenTable | undefined {
  if (container.dtype('tokens.idf') === undefined) return undefined;
  const idf = Float32Array.from(container.section('tokens.idf', 'u16'), fromHalf);
  const ids = unsignedSection(container, 'tokens.ids');
  const offsets = offsetsOf(unsignedSection(container, 'tokens.count', items), ids.length, 'tokens');
  demand(
    ids.length === 0 || largest(ids) < idf.length,
    'content',
    () => `tokens: found token ${largest(ids)}, expected less than ${idf.length}.`,
  );
  return { offsets, ids, idf };
}
