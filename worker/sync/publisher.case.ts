import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { encodeBase64 } from '../../shared/protocol/base64.ts';
import type { ReleaseId, Sha256, SiteId } from '../../shared/protocol/ids.ts';
import type { Manifest, SignedManifest } from '../../shared/protocol/manifest.ts';
import { PROTOCOL_VERSION } from '../../shared/protocol/version.ts';
import { MARKET, type TestBundle, testBundle, testHead } from '../bundle.case.ts';
import { START } from '../host.case.ts';
import { closed } from './ingest.case.ts';

export const SITE = 'shop' as SiteId;
const DAY = 86_400_000;

/** Serves signed releases on a real socket; what it serves can be broken in every way that a network or a thief can. */
export interface Publisher {
  readonly url: string;
  /** pinned by devices */
  readonly key: string;
  /** paths that were asked for, in order */
  readonly asked: string[];
  /** signs and serves a release of this edition @param head items of a head that it carries */
  publish(edition: number, own?: Partial<Manifest>, head?: number): Promise<Manifest>;
  /** serves this in place of the manifest's envelope */
  serveEnvelope(change: (envelope: SignedManifest) => unknown): void;
  /** serves other bytes under the address of a part */
  breakPart(role: string, change: (bytes: Uint8Array) => Uint8Array | null): void;
  mend(): void;
  /** no harm where it is closed already */
  close(): Promise<void>;
}

const sha256 = (bytes: Uint8Array): Sha256 => createHash('sha256').update(bytes).digest('hex') as Sha256;
const bundles = new Map<number, TestBundle>();
const bundleOf = (edition: number): TestBundle => {
  const made = bundles.get(edition) ?? testBundle(edition);
  bundles.set(edition, made);
  return made;
};

export async function openPublisher(): Promise<Publisher> {
  const pair = (await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as CryptoKeyPair;
  const key = encodeBase64(new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey)));
  const files = new Map<string, Uint8Array>();
  const asked: string[] = [];
  let served: Manifest | undefined;
  let envelope = '';
  let broken = new Map<string, (bytes: Uint8Array) => Uint8Array | null>();
  let version = 0;

  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://server').pathname;
    asked.push(path);
    const part = served?.parts.find(({ sha256: address }) => path.endsWith(address));
    const bytes = files.get(path.split('/').at(-1) ?? '');
    if (path === '/v1/manifest') return response.end(envelope);
    if (bytes === undefined) return response.writeHead(404).end();
    const sent = (broken.get(part?.role ?? '') ?? ((same) => same))(bytes);
    // A body that ends before its length: the line was cut.
    if (sent === null) {
      response.writeHead(200, { 'content-length': bytes.length });
      response.write(bytes.subarray(0, bytes.length >> 1));
      return setImmediate(() => response.socket?.destroy());
    }
    return response.end(sent);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    key,
    asked,
    async publish(edition, own = {}, headItems) {
      const bundle = bundleOf(edition);
      version = own.version ?? version + 1;
      const head = headItems === undefined ? undefined : testHead(bundle, headItems);
      const parts = [...(head?.parts ?? []), ...bundle.parts];
      for (const { bytes } of parts) files.set(sha256(bytes), bytes);
      served = {
        protocol: PROTOCOL_VERSION,
        site: SITE,
        release: `edition-${edition}-${version}` as ReleaseId,
        version,
        createdAt: START,
        expiresAt: START + 30 * DAY,
        space: bundle.space,
        featureSchema: bundle.featureSchema,
        items: bundle.items,
        markets: [{ id: MARKET, currency: 'GBP', language: 'en' }],
        parts: parts.map(({ bytes, ...part }) => ({
          ...part,
          sha256: sha256(bytes),
          bytes: bytes.length,
        })),
        golden: bundle.golden,
        ...(head === undefined ? {} : { head: { items: head.items, golden: head.golden } }),
        ...own,
      };
      const raw = new TextEncoder().encode(JSON.stringify(served));
      const signature = new Uint8Array(await crypto.subtle.sign('Ed25519', pair.privateKey, raw));
      envelope = JSON.stringify({
        manifest: encodeBase64(raw),
        signatures: [{ key, signature: encodeBase64(signature) }],
      });
      return served;
    },
    serveEnvelope(change) {
      const changed = change(JSON.parse(envelope) as SignedManifest);
      envelope = typeof changed === 'string' ? changed : JSON.stringify(changed);
    },
    breakPart: (role, change) => void broken.set(role, change),
    mend() {
      broken = new Map();
    },
    close: () => closed(server),
  };
}
