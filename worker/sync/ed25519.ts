import type { Verify } from '../../shared/protocol/signature.ts';

/**
 * Ed25519 by WebCrypto where the browser has it, else by @noble/ed25519, loaded only then. Unsigned is no third way.
 */
export const verifyEd25519: Verify = async (publicKey, signature, message) => {
  const key = await webCryptoKey(publicKey);
  if (key !== undefined) return crypto.subtle.verify('Ed25519', key, signature, message);
  const { verifyAsync } = await import('@noble/ed25519');
  return verifyAsync(signature, message, publicKey);
};

/** Undefined where WebCrypto does not know the algorithm. A key that is no key fails in either way. */
async function webCryptoKey(publicKey: Uint8Array<ArrayBuffer>): Promise<CryptoKey | undefined> {
  try {
    return await crypto.subtle.importKey('raw', publicKey, 'Ed25519', false, ['verify']);
  } catch {
    return undefined;
  }
}
