import { afterEach, describe, expect, test, vi } from 'vitest';
import { verifyEd25519 } from './ed25519.ts';

const hex = (text: string) => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
/** RFC 8032, 7.1, test 3. */
const KEY = hex('fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025');
const MESSAGE = hex('af82');
const SIGNATURE = hex(
  '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
);

afterEach(() => {
  vi.restoreAllMocks();
});

describe.each([
  ['WebCrypto', () => undefined],
  [
    'no Ed25519 in WebCrypto',
    () => {
      vi.spyOn(crypto.subtle, 'importKey').mockRejectedValue(
        new DOMException('Unrecognized name', 'NotSupportedError'),
      );
    },
  ],
])('Ed25519 with %s', (_, arrange) => {
  test('knows a signature of RFC 8032', async () => {
    arrange();
    expect(await verifyEd25519(KEY, SIGNATURE, MESSAGE)).toBe(true);
  });

  test('refuses another message, another key and a flipped bit', async () => {
    arrange();
    const flipped = SIGNATURE.map((byte, i) => (i === 40 ? byte ^ 1 : byte));
    const otherKey = hex('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c');
    expect(await verifyEd25519(KEY, SIGNATURE, hex('af83'))).toBe(false);
    expect(await verifyEd25519(KEY, flipped, MESSAGE)).toBe(false);
    expect(await verifyEd25519(otherKey, SIGNATURE, MESSAGE)).toBe(false);
  });
});
