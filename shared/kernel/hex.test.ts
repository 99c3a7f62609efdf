import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromHex } from './hex.ts';

test('bytes come back from their digits', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const digits = Buffer.from(bytes).toString('hex');
      expect([...fromHex(digits)]).toEqual([...bytes]);
      expect([...fromHex(digits.toUpperCase())]).toEqual([...bytes]);
    }),
  );
});

test('what is no pair of digits is refused', () => {
  for (const text of ['0', 'zz', '0x', '1 ', '+1', 'é0'])
    expect(() => fromHex(text), text).toThrow('expected pairs of hexadecimal digits');
});
