import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeContainer, encodeContainer } from './container.ts';
import { BundleError } from './error.ts';
import { narrow } from './narrow.ts';
import { checkRuns, readRuns, sumSection } from './runs.ts';

const names = { lengths: 'len', sums: 'sums' } as const;
const written = (lengths: readonly number[], sums = sumSection(lengths)) => {
  const sections = { len: narrow(lengths), sums, ones: sumSection(lengths, 'presence') };
  const bytes = encodeContainer({ kind: 'cards', version: 1, meta: null, sections });
  return decodeContainer(bytes, 'cards', 1);
};
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

test('any row starts where the rows before it end, in whatever order they are asked for', () => {
  const lengths = fc.array(fc.nat(300), { maxLength: 300 });
  fc.assert(
    fc.property(lengths, fc.array(fc.nat(300), { maxLength: 20 }), (given, asked) => {
      const total = sum(given);
      const runs = readRuns(written(given), names, { size: given.length, total });
      for (const row of [...asked.map((at) => at % (given.length + 1)), given.length])
        expect(runs.start(row)).toBe(sum(given.slice(0, row)));
      expect([...runs.offsets()]).toEqual([0, ...given.map((_, row) => sum(given.slice(0, row + 1)))]);
      expect(given.map((_, row) => runs.length(row))).toEqual(given);
    }),
  );
});

test('a row that has anything counts once where presence is what is asked for', () => {
  const lengths = Array.from({ length: 200 }, (_, row) => (row % 3) * 7);
  const total = lengths.filter((length) => length > 0).length;
  const runs = readRuns(
    written(lengths),
    { lengths: 'len', sums: 'ones', each: 'presence' },
    { size: 200, total },
  );
  for (const row of [199, 64, 0, 130])
    expect(runs.start(row)).toBe(lengths.slice(0, row).filter((length) => length > 0).length);
});

test('the block of a row is found by what its first rows are', () => {
  const lengths = new Array<number>(200).fill(1);
  const runs = readRuns(written(lengths), names, { size: 200, total: 200 });
  expect(runs.blockBy((row) => row <= 70)).toEqual({ low: 64, high: 127 });
  expect(runs.blockBy(() => true)).toEqual({ low: 192, high: 199 });
  expect(runs.blockBy(() => false)).toEqual({ low: 0, high: 63 });
});

test('sums that end elsewhere are refused when read, sums of other lengths when checked', () => {
  const lengths = [1, 2, 3];
  expect(() => readRuns(written(lengths), names, { size: 3, total: 7 })).toThrow(/sum to 6, expected 7/);
  const lied = written(lengths, Uint8Array.of(7));
  expect(readRuns(lied, names, { size: 3, total: 7 }).start(2)).toBe(3);
  expect(() => checkRuns(lied, names)).toThrow(BundleError);
  checkRuns(written(lengths), names);
});
