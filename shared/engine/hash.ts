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

/** By index, the bucket of a name in a list whose entry 0 stands for "missing": reckoned when it is first asked for. */
export function bucketsOf(names: readonly string[], vocabulary: number): (index: number) => number {
  const met = new Uint16Array(names.length);
  return (index) => {
    if (index === 0 || index >= names.length) return 0;
    met[index] ||= bucketOf(names[index]!, vocabulary);
    return met[index]!;
  };
}
