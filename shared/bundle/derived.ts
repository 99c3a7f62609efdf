import type { Container, SectionArray } from './container.ts';
import type { Derived, Shard } from './contract.ts';
import { demand } from './error.ts';
import { narrow } from './narrow.ts';
import { unsignedSection } from './runs.ts';

const ORDERS = ['popular', 'trending'] as const;
const SUMS = ['categoryTop', 'lnCategory', 'lnBrand'] as const;

/** Sections `derived.popular` and `derived.trending` in the narrowest width, and `derived.` sums as they are. */
export const encodeDerived = (derived: Derived): Record<string, SectionArray> =>
  Object.fromEntries([
    ...ORDERS.map((name) => [`derived.${name}`, narrow(derived[name])]),
    ...SUMS.map((name) => [`derived.${name}`, derived[name]]),
  ]);

/** @throws BundleError `section` where one is missing, or sums are not one a name */
export function decodeDerived(
  container: Container,
  { categories, brands }: Pick<Shard, 'categories' | 'brands'>,
): Derived | undefined {
  if (container.dtype('derived.popular') === undefined) return undefined;
  const rows = (name: (typeof ORDERS)[number]) =>
    new Uint32Array(unsignedSection(container, `derived.${name}`));
  const sums = (name: (typeof SUMS)[number], names: readonly string[]) =>
    container.section(`derived.${name}`, 'f32', Math.max(1, names.length));
  return {
    popular: rows('popular'),
    trending: rows('trending'),
    categoryTop: sums('categoryTop', categories),
    lnCategory: sums('lnCategory', categories),
    lnBrand: sums('lnBrand', brands),
  };
}

/** @throws BundleError `content` for a row that is not there or is there twice, and for sums that are no numbers */
export function checkDerived({ derived, items }: Shard): void {
  if (derived === undefined) return;
  for (const name of ORDERS) {
    const rows = derived[name];
    const bad = rows.find((row) => row >= items);
    demand(
      bad === undefined,
      'content',
      () => `derived.${name}: found row ${bad}, expected less than ${items}.`,
    );
    const distinct = new Set(rows).size;
    demand(
      distinct === rows.length,
      'content',
      () => `derived.${name}: found ${rows.length - distinct} rows twice, expected each once.`,
    );
  }
  for (const name of SUMS) {
    const at = derived[name].findIndex((x) => !(x >= 0 && x < Number.POSITIVE_INFINITY));
    demand(
      at < 0,
      'content',
      () => `derived.${name}: found ${derived[name][at]} at ${at}, expected a number from 0.`,
    );
  }
}
