/** FNV-1a, 32 bits, over UTF-16 units. */
export function fnv1a(text: string, seed = 0x811c9dc5): number {
  let hash = seed;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/**
 * The bucket of a name in a vocabulary of fixed size: the same in every fit and release, however their lists of names
 * are ordered. 0 is "missing"; names that share a bucket share a vector.
 */
export const bucketOf = (name: string, vocabulary: number): number =>
  name === '' ? 0 : 1 + (fnv1a(name) % (vocabulary - 1));

export const CATEGORY_BUCKETS = 512;
export const BRAND_BUCKETS = 1024;

/** The buckets of a list whose entry 0 stands for "missing". */
export const bucketsOf = (names: readonly string[], vocabulary: number): Uint16Array =>
  Uint16Array.from(names.length === 0 ? [''] : names, (name, at) =>
    at === 0 ? 0 : bucketOf(name, vocabulary),
  );
