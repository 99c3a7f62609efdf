import * as v from 'valibot';
import { decodeBase64 } from './base64.ts';
import type { SiteId } from './ids.ts';
import { Manifest, SignedManifest } from './manifest.ts';
import { problemOf } from './problem.ts';
import { PROTOCOL_VERSION } from './version.ts';

export type ManifestErrorCode =
  /** not a signed manifest at all: an HTML page, a cut answer */
  | 'bad-envelope'
  /** signed by none of the pinned keys */
  | 'unknown-key'
  | 'bad-signature'
  /** signed, but not a manifest that this code can read */
  | 'bad-manifest'
  | 'other-protocol'
  | 'wrong-site'
  | 'expired'
  | 'lower-version';

export class ManifestError extends Error {
  override readonly name = 'ManifestError';
  readonly code: ManifestErrorCode;
  constructor(code: ManifestErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Ed25519 (RFC 8032) as the host has it: WebCrypto, Node's crypto, or @noble/ed25519. */
export type Verify = (
  publicKey: Uint8Array<ArrayBuffer>,
  signature: Uint8Array<ArrayBuffer>,
  message: Uint8Array<ArrayBuffer>,
) => Promise<boolean> | boolean;

export interface Trust {
  /** pinned public keys, base64 of 32 bytes each; either may sign */
  readonly keys: readonly string[];
  readonly verify: Verify;
  readonly site: SiteId;
  /** ms since 1970 */
  readonly now: number;
  /** the highest version ever activated here; 0: none */
  readonly lowest: number;
}

const MOST_CHARACTERS = 1 << 20;

/**
 * The only way from bytes off the wire to a manifest: nothing inside is parsed before a pinned key has signed for it.
 * @param envelope the answer's JSON
 * @throws ManifestError
 */
export async function openManifest(envelope: unknown, trust: Trust): Promise<Manifest> {
  const bytes = await signedBytes(envelope, trust);
  const manifest = parse(bytes);
  if (manifest.site !== trust.site)
    throw new ManifestError('wrong-site', `expected site ${trust.site}, found ${manifest.site}`);
  if (manifest.expiresAt <= trust.now)
    throw new ManifestError('expired', `manifest expired at ${manifest.expiresAt}, now is ${trust.now}`);
  if (manifest.version < trust.lowest)
    throw new ManifestError(
      'lower-version',
      `expected version ${trust.lowest} or higher, found ${manifest.version}`,
    );
  return manifest;
}

async function signedBytes(envelope: unknown, trust: Trust): Promise<Uint8Array<ArrayBuffer>> {
  const read = v.safeParse(SignedManifest, envelope);
  if (!read.success)
    throw new ManifestError('bad-envelope', `not a signed manifest: ${problemOf(read.issues)}`);
  const { manifest, signatures } = read.output;
  const bytes = manifest.length <= MOST_CHARACTERS ? decodeBase64(manifest) : undefined;
  if (!bytes)
    throw new ManifestError(
      'bad-envelope',
      `expected at most ${MOST_CHARACTERS} characters of base64, found ${manifest.length} characters`,
    );
  const pinned = signatures.filter((one) => trust.keys.includes(one.key));
  if (pinned.length === 0)
    throw new ManifestError(
      'unknown-key',
      `expected one of ${trust.keys.length} pinned keys, found ${signatures.map((one) => one.key).join(', ')}`,
    );
  let cause: unknown;
  for (const { key, signature } of pinned) {
    try {
      if (await verified(key, signature, bytes, trust.verify)) return bytes;
    } catch (error) {
      cause = error;
    }
  }
  throw new ManifestError('bad-signature', 'no signature by a pinned key fits these bytes', { cause });
}

async function verified(
  key: string,
  signature: string,
  bytes: Uint8Array<ArrayBuffer>,
  verify: Verify,
): Promise<boolean> {
  const [publicKey, raw] = [decodeBase64(key), decodeBase64(signature)];
  if (publicKey?.length !== 32 || raw?.length !== 64) return false;
  return (await verify(publicKey, raw, bytes)) === true;
}

function parse(bytes: Uint8Array): Manifest {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new ManifestError('bad-manifest', 'the signed bytes are not JSON', { cause });
  }
  const { protocol } = (json ?? {}) as { protocol?: unknown };
  if (typeof protocol === 'number' && protocol !== PROTOCOL_VERSION)
    throw new ManifestError('other-protocol', `expected protocol ${PROTOCOL_VERSION}, found ${protocol}`);
  const read = v.safeParse(Manifest, json);
  if (!read.success) throw new ManifestError('bad-manifest', problemOf(read.issues));
  return read.output;
}
