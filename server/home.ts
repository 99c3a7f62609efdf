import { createHmac } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { SiteId } from '../shared/protocol/ids.ts';
import { type Environment, readSecrets } from './environment.ts';
import { generateSigningKey, readSigningKey, type SigningKey } from './publish/signing.ts';
import { newSecret, openSecrets } from './secrets.ts';
import { openArtifacts } from './store/artifacts.ts';
import type { ArtifactStore, Store } from './store/contract.ts';
import { openStore } from './store/store.ts';

/**
 * A folder with everything one installation keeps:
 * `tacit.db` (the store), `artifacts/` (files by hash), `keys/` (secrets, readable by their owner alone).
 */
export interface Home {
  readonly folder: string;
  readonly store: Store;
  readonly artifacts: ArtifactStore;
  readonly keys: HomeKeys;
  readonly pepper: Pepper;
  close(): void;
}

export interface HomeKeys {
  /** signs what is published now */
  readonly current: SigningKey;
  /** signs after the next change of keys: pinned already, so that no device is left behind */
  readonly next: SigningKey;
  /** what a page pins: both public keys, base64 */
  readonly publicKeys: readonly string[];
  /** the site's keys, made at first use; the store keeps their hashes */
  access(site: SiteId): { readonly write: string; readonly admin: string };
}

/** Turns whoever acted into a subject that only this home can make: HMAC-SHA-256 with its secret. */
export interface Pepper {
  subject(site: SiteId, kind: 'customer' | 'pseudonym', id: string): string;
}

/**
 * @param environment may give secrets in place of the home's own (see environment.ts)
 * @throws EnvironmentError, StoreError
 */
export function openHome(folder: string, environment: Environment = process.env): Home {
  const given = readSecrets(environment);
  mkdirSync(folder, { recursive: true });
  const secrets = openSecrets(join(folder, 'keys'));
  const signingKey = (name: string) => secrets.read(name, generateSigningKey);
  const current = readSigningKey(given.signingKey ?? signingKey('signing-current.pem'));
  const next = readSigningKey(given.nextSigningKey ?? signingKey('signing-next.pem'));
  const pepper = given.pepper ?? secrets.read('pepper.key', newSecret);
  const store = openStore(join(folder, 'tacit.db'));
  return {
    folder,
    store,
    artifacts: openArtifacts(join(folder, 'artifacts')),
    keys: {
      current,
      next,
      publicKeys: [current.publicKey, next.publicKey],
      access(site) {
        if (!store.sites.list().includes(site)) store.sites.ensure(site, []);
        const key = (kind: 'write' | 'admin') => {
          const secret = given[`${kind}Key`] ?? secrets.read(`${kind}-${site}.key`, newSecret);
          if (!store.keys.matches(site, kind, secret)) store.keys.add(site, kind, secret);
          return secret;
        };
        return { write: key('write'), admin: key('admin') };
      },
    },
    pepper: {
      subject: (site, kind, id) =>
        createHmac('sha256', pepper)
          .update(JSON.stringify([site, kind, id]))
          .digest('base64url')
          .slice(0, 32),
    },
    close: store.close,
  };
}
