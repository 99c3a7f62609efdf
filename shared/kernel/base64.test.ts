import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromBase64 } from './base64.ts';

test('reads what Node writes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      const read = fromBase64(Buffer.from(bytes).toString('base64'));
      expect([...read]).toEqual([...bytes]);
    }),
  );
  expect(() => fromBase64('ab*d')).toThrow('Found "*", expected a base64 digit.');
});
