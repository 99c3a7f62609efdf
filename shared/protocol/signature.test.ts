import { createPrivateKey, createPublicKey, type KeyObject, sign, verify as verifyBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { decodeBase64, encodeBase64 } from './base64.ts';
import type { Manifest } from './manifest.ts';
import { type ManifestErrorCode, openManifest, type Trust, type Verify } from './signature.ts';
import { PROTOCOL_VERSION } from './version.ts';

/** RFC 8032 section 7.1: secret, public, message, signature. */
const VECTORS = [
  [
    '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    '',
    'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  ],
  [
    '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
    '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    '72',
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  ],
  [
    'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
    'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
    'af82',
    '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
  ],
] as const;

const verify: Verify = (publicKey, signature, message) => {
  const x = Buffer.from(publicKey).toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  return verifyBytes(null, message, key, signature);
};

interface Signer {
  readonly key: KeyObject;
  readonly publicKey: string;
}
const PKCS8 = '302e020100300506032b657004220420';
const signer = (vector: number): Signer => ({
  key: createPrivateKey({
    key: Buffer.from(PKCS8 + VECTORS[vector]![0], 'hex'),
    format: 'der',
    type: 'pkcs8',
  }),
  publicKey: Buffer.from(VECTORS[vector]![1], 'hex').toString('base64'),
});
const [current, next, stranger] = [signer(0), signer(1), signer(2)];

const NOW = 1_790_000_000_000;
const MANIFEST = {
  protocol: PROTOCOL_VERSION,
  site: 'shop',
  release: 'run-1-aaaa',
  version: 7,
  createdAt: NOW - 1000,
  expiresAt: NOW + 1000,
  space: 's',
  featureSchema: 'f',
  items: 1,
  markets: [{ id: 'gb', currency: 'GBP', language: 'en' }],
  parts: [{ role: 'shard', sha256: 'a'.repeat(64), bytes: 9, needed: true }],
  golden: { views: [], now: NOW, seed: 1, expected: [] },
};

const signedBytes = (bytes: Uint8Array, ...signers: Signer[]) => ({
  manifest: Buffer.from(bytes).toString('base64'),
  signatures: signers.map(({ key, publicKey }) => ({
    key: publicKey,
    signature: sign(null, bytes, key).toString('base64'),
  })),
});
const signed = (own: object = {}, ...signers: Signer[]) =>
  signedBytes(
    Buffer.from(JSON.stringify({ ...MANIFEST, ...own })),
    ...(signers.length > 0 ? signers : [current]),
  );

const trust = (own: Partial<Trust> = {}): Trust => ({
  keys: [current.publicKey, next.publicKey],
  verify,
  site: 'shop' as Trust['site'],
  now: NOW,
  lowest: 0,
  ...own,
});
async function refusal(envelope: unknown, own: Partial<Trust> = {}): Promise<ManifestErrorCode> {
  const error = await openManifest(envelope, trust(own)).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return (error as { code: ManifestErrorCode } | undefined)?.code as ManifestErrorCode;
}

describe('a signed manifest', () => {
  it('is signed by Ed25519 as RFC 8032 has it', async () => {
    for (const [, publicKey, message, signature] of VECTORS) {
      const [key, bytes, text] = [publicKey, signature, message].map((hex) =>
        Uint8Array.from(Buffer.from(hex, 'hex')),
      );
      expect(await verify(key!, bytes!, text!)).toBe(true);
      bytes![5]! ^= 1;
      expect(await verify(key!, bytes!, text!)).toBe(false);
    }
  });

  it('opens with either pinned key, and ignores what it does not know', async () => {
    const manifest = await openManifest(signed(), trust());
    expect(manifest).toEqual(MANIFEST as unknown as Manifest);
    expect((await openManifest(signed({ future: { field: 1 } }, next), trust())).version).toBe(7);
    expect((await openManifest(signed({}, stranger, next), trust())).version).toBe(7);
  });

  it('is refused when it is no envelope', async () => {
    const envelopes = [null, undefined, '<html>', 5, [], {}, { manifest: 'e30=' }];
    const more = [
      { ...signed(), signatures: [] },
      { ...signed(), manifest: 'not base64!' },
      { ...signed(), manifest: 'A'.repeat((1 << 20) + 4) },
    ];
    for (const envelope of [...envelopes, ...more]) expect(await refusal(envelope)).toBe('bad-envelope');
  });

  it('is refused when a stranger signed it, also one who borrows a pinned name', async () => {
    expect(await refusal(signed({}, stranger))).toBe('unknown-key');
    expect(await refusal(signed(), { keys: [] })).toBe('unknown-key');
    const forged = signed({}, stranger);
    forged.signatures[0]!.key = current.publicKey;
    expect(await refusal(forged)).toBe('bad-signature');
  });

  it('is refused when any bit of manifest or signature was flipped', async () => {
    const whole = signed();
    for (const field of ['manifest', 'signature'] as const) {
      const text = field === 'manifest' ? whole.manifest : whole.signatures[0]!.signature;
      const bytes = Buffer.from(text, 'base64');
      for (let bit = 0; bit < bytes.length * 8; bit += field === 'manifest' ? 97 : 13) {
        const flipped = Buffer.from(bytes);
        flipped[bit >> 3]! ^= 1 << (bit & 7);
        const bad = flipped.toString('base64');
        const envelope =
          field === 'manifest'
            ? { ...whole, manifest: bad }
            : { ...whole, signatures: [{ key: current.publicKey, signature: bad }] };
        expect(await refusal(envelope)).toBe('bad-signature');
      }
    }
  });

  it('is not parsed before its signature is verified', async () => {
    const bomb = signedBytes(Buffer.from('{'.repeat(1000)), stranger);
    expect(await refusal(bomb)).toBe('unknown-key');
    expect(await refusal(signedBytes(Buffer.from('{'.repeat(1000)), current))).toBe('bad-manifest');
  });

  it('is refused when a host cannot verify: never unsigned', async () => {
    const broken: Verify = () => {
      throw new Error('no Ed25519 here');
    };
    expect(await refusal(signed(), { verify: broken })).toBe('bad-signature');
    expect(await refusal(signed(), { verify: (() => 1) as unknown as Verify })).toBe('bad-signature');
  });

  it('is refused by the code of what is wrong inside', async () => {
    expect(await refusal(signedBytes(Uint8Array.of(0xff, 0xfe), current))).toBe('bad-manifest');
    expect(await refusal(signedBytes(Buffer.from('null'), current))).toBe('bad-manifest');
    expect(await refusal(signed({ parts: 'none' }))).toBe('bad-manifest');
    expect(await refusal(signed({ version: 0 }))).toBe('bad-manifest');
    expect(await refusal(signed({ protocol: 2, parts: 'changed' }))).toBe('other-protocol');
    expect(await refusal(signed({ site: 'other' }))).toBe('wrong-site');
    expect(await refusal(signed(), { now: NOW + 1000 })).toBe('expired');
    expect(await refusal(signed(), { lowest: 8 })).toBe('lower-version');
  });

  it('opens again at the version that is active', async () => {
    expect((await openManifest(signed(), trust({ lowest: 7 }))).version).toBe(7);
  });
});

describe('base64', () => {
  it("agrees with Node's at every length", () => {
    for (let length = 0; length < 70; length++) {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * 97 + length) & 255);
      const text = Buffer.from(bytes).toString('base64');
      expect(encodeBase64(bytes)).toBe(text);
      expect(decodeBase64(text)).toEqual(bytes);
    }
  });

  it('refuses everything that is not the one text of its bytes', () => {
    for (const bad of ['A', 'AA', 'AAA', 'AA=A', '====', 'AB==', 'AAB=', 'AA A', 'AA-_', 'AA\u00e9A', 'A==='])
      expect(decodeBase64(bad)).toBeUndefined();
  });
});
