import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareIds } from './strings.ts';

test('ids are ordered as their UTF-8 bytes are', () => {
  const text = fc.string({
    unit: fc.constantFrom('a', 'b', 'é', '\uffff', '\ue000', '\ud7ff', '\u{1f600}', '\u{10ffff}'),
  });
  fc.assert(
    fc.property(text, text, (a, b) => {
      const expected = Buffer.compare(Buffer.from(a), Buffer.from(b));
      expect(Math.sign(compareIds(a, b))).toBe(expected);
    }),
  );
});
