import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify as verifyBytes,
} from 'node:crypto';
import type { SignedManifest } from '../../shared/protocol/manifest.ts';
import type { Verify } from '../../shared/protocol/signature.ts';

/** An Ed25519 key (RFC 8032) that may sign manifests; devices pin its public half. */
export interface SigningKey {
  /** base64 of 32 bytes */
  readonly publicKey: string;
  /** @returns base64 of 64 bytes */
  sign(bytes: Uint8Array): string;
}

/** @returns PKCS #8 as PEM */
export function generateSigningKey(): string {
  const { privateKey } = generateKeyPairSync('ed25519');
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

export function readSigningKey(pem: string): SigningKey {
  const key = createPrivateKey(pem);
  if (key.asymmetricKeyType !== 'ed25519')
    throw new TypeError(`signing key: expected ed25519, found ${key.asymmetricKeyType}`);
  return {
    publicKey: rawPublicKey(key),
    sign: (bytes) => sign(null, bytes, key).toString('base64'),
  };
}

function rawPublicKey(key: KeyObject): string {
  const { x } = createPublicKey(key).export({ format: 'jwk' });
  return Buffer.from(x ?? '', 'base64url').toString('base64');
}

/** Ed25519 as Node has it. */
export const verify: Verify = (publicKey, signature, message) => {
  const x = Buffer.from(publicKey).toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  return verifyBytes(null, message, key, signature);
};

/** The wire form of a manifest: what is signed is these very bytes. */
export function signManifest(manifest: object, key: SigningKey): SignedManifest {
  const bytes = Buffer.from(JSON.stringify(manifest), 'utf8');
  return {
    manifest: bytes.toString('base64'),
    signatures: [{ key: key.publicKey, signature: key.sign(bytes) }],
  };
}
