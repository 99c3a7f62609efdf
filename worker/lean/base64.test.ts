import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as whole from '../../shared/protocol/base64.ts';
import { decodeBase64 } from './base64.ts';

test('every byte string is read as by the one in shared', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      expect(decodeBase64(whole.encodeBase64(bytes))).toEqual(bytes);
    }),
  );
});

test('what that one refuses is refused: white space, padding that lacks, stray bits, other letters', () => {
  const odd = fc.string({ unit: fc.constantFrom(...'AQZaz09+/=- \n_é'), maxLength: 12 });
  fc.assert(
    fc.property(odd, (text) => {
      expect(decodeBase64(text)).toEqual(whole.decodeBase64(text));
    }),
    { numRuns: 2_000 },
  );
});
