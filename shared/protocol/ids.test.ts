import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import {
  EventId,
  ItemId,
  MarketId,
  mintEventId,
  mintUuid,
  ReleaseId,
  SessionId,
  Sha256,
  SiteId,
  Timestamp,
} from './ids.ts';

const accepts = (schema: v.GenericSchema, value: unknown) => v.is(schema, value);
const ten = fc.uint8Array({ minLength: 10, maxLength: 10 });

describe('ids', () => {
  it('are short strings without control characters', () => {
    for (const [schema, most] of [
      [ItemId, 128],
      [MarketId, 32],
      [ReleaseId, 80],
      [SessionId, 64],
    ] as const) {
      expect(accepts(schema, 'a'.repeat(most))).toBe(true);
      for (const bad of ['', 'a'.repeat(most + 1), 'a\u0000', '\n', 'a\u007f', 7, null, undefined, {}, ['a']])
        expect(accepts(schema, bad)).toBe(false);
    }
    expect(accepts(ItemId, 'Große Schüssel 碗 \u{1f963}')).toBe(true);
  });

  it('of a site may stand in a path, and of an artefact are its hash', () => {
    for (const good of ['shop', 'shop-2', '0']) expect(accepts(SiteId, good)).toBe(true);
    for (const bad of ['Shop', '-shop', 'a/b', '..', 'a b', 'ä', 'a'.repeat(65)])
      expect(accepts(SiteId, bad)).toBe(false);
    expect(accepts(Sha256, 'a0'.repeat(32))).toBe(true);
    for (const bad of ['A0'.repeat(32), 'a0'.repeat(31), `${'a0'.repeat(32)}\n`])
      expect(accepts(Sha256, bad)).toBe(false);
  });

  it('of time are milliseconds that a Date can hold', () => {
    for (const good of [0, 1.5, 8.64e15]) expect(accepts(Timestamp, good)).toBe(true);
    for (const bad of [-1, Number.NaN, Number.POSITIVE_INFINITY, 8.65e15, '0'])
      expect(accepts(Timestamp, bad)).toBe(false);
  });
});

describe('a minted UUID', () => {
  it('is the one of RFC 9562, appendix A.6', () => {
    const random = Uint8Array.from([0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f]);
    expect(mintUuid(Date.UTC(2022, 1, 22, 19, 22, 22), random)).toBe('017f22e2-79b0-7cc3-98c4-dc0c0c07398f');
  });

  it('is a version 7 UUID of its time for any clock and randomness', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 48 - 1 }), ten, (now, random) => {
        const id = mintEventId(now, random);
        expect(accepts(EventId, id)).toBe(true);
        expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(now);
      }),
    );
  });

  it('sorts by its time, and differs with its randomness', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), ten, (a, b, random) => {
        expect(mintUuid(a, random) < mintUuid(b, random)).toBe(a < b);
      }),
    );
    fc.assert(
      fc.property(ten, fc.nat({ max: 9 }), (random, at) => {
        const other = Uint8Array.from(random);
        other[at]! ^= 1;
        expect(mintUuid(1, other)).not.toBe(mintUuid(1, random));
      }),
    );
  });

  it('leaves its randomness as it was, and refuses too little of it', () => {
    const random = new Uint8Array(10).fill(255);
    mintUuid(1, random);
    expect(random).toEqual(new Uint8Array(10).fill(255));
    expect(() => mintUuid(1, new Uint8Array(9))).toThrow('expected 10 random bytes, found 9');
  });
});
