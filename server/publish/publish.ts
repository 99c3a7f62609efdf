import { createHash } from 'node:crypto';
import * as v from 'valibot';
import type { ReleaseId, SiteId } from '../../shared/protocol/ids.ts';
import { Manifest, SignedManifest } from '../../shared/protocol/manifest.ts';
import { openManifest } from '../../shared/protocol/signature.ts';
import { PROTOCOL_VERSION } from '../../shared/protocol/version.ts';
import type { ArtifactStore, PublishedRelease, RecordedRun, Store } from '../store/contract.ts';
import { PublishError } from './errors.ts';
import { rehearse } from './rehearse.ts';
import { type SigningKey, signManifest, verify } from './signing.ts';

const DAY = 24 * 3600 * 1000;
/** How long a manifest is good for. A device that is offline longer keeps what it has activated. */
export const VALID_FOR = 14 * DAY;
/** A manifest with less than this left is signed anew. */
export const RENEW_BELOW = 7 * DAY;

export interface PublishContext {
  readonly store: Store;
  readonly artifacts: ArtifactStore;
  readonly keys: { readonly current: SigningKey; readonly publicKeys: readonly string[] };
  readonly now: () => number;
}

/**
 * Makes a run the current release: every part checked and compressed, then a signed manifest with the next version.
 * @param which `run`: default the latest
 * @throws PublishError
 */
export async function publish(
  context: PublishContext,
  which: { site: SiteId; run?: string },
): Promise<PublishedRelease> {
  return release(context, which.site, { run: runToPublish(context.store, which), reason: 'publish' });
}

/** @throws PublishError `no-run` */
export function runToPublish(store: Store, which: { site: SiteId; run?: string }): RecordedRun {
  const run = which.run === undefined ? store.runs.latest(which.site) : store.runs.get(which.site, which.run);
  if (!run)
    throw new PublishError(
      'no-run',
      which.run === undefined
        ? `site ${which.site} has no training run: train first`
        : `site ${which.site} has no run ${which.run}: it has ${known(store.runs.list(which.site))}`,
    );
  return run;
}

/**
 * Goes back to an older release: its files under a higher version, since a device never goes to a lower one.
 * @param which `to`: the release's id or its run; default: the newest one that is not the current
 */
export async function rollback(
  context: PublishContext,
  which: { site: SiteId; to?: string },
): Promise<PublishedRelease> {
  const { store } = context;
  const [current, ...older] = store.releases.list(which.site);
  if (!current) throw new PublishError('no-release', `site ${which.site} has no release`);
  const others = older.filter((one) => one.release !== current.release);
  const target =
    which.to === undefined
      ? others[0]
      : others.find((one) => one.release === which.to || one.run === which.to);
  if (!target)
    throw new PublishError(
      'no-release',
      which.to === undefined
        ? `site ${which.site} has no release before ${current.release}`
        : `expected an earlier release of site ${which.site}, found ${which.to}; known: ${known(others)}`,
    );
  return release(context, which.site, { run: runOf(store, which.site, target), reason: 'rollback' });
}

/** Signs the current release anew if its manifest runs out soon. @returns undefined: not needed */
export async function renew(
  context: PublishContext,
  which: { site: SiteId },
): Promise<PublishedRelease | undefined> {
  const current = context.store.releases.current(which.site);
  if (!current || manifestOf(current).expiresAt - context.now() > RENEW_BELOW) return undefined;
  const run = runOf(context.store, which.site, current);
  return release(context, which.site, { run, reason: 'renew' });
}

/** The manifest inside a release of our own store, unverified: it was signed here. */
export function manifestOf(release: PublishedRelease): Manifest {
  const { manifest } = v.parse(SignedManifest, JSON.parse(release.envelope));
  return v.parse(Manifest, JSON.parse(Buffer.from(manifest, 'base64').toString('utf8')));
}

async function release(
  context: PublishContext,
  site: SiteId,
  { run, reason }: { run: RecordedRun; reason: PublishedRelease['reason'] },
): Promise<PublishedRelease> {
  const { store, artifacts, keys, now } = context;
  await rehearse(run, artifacts, releaseId(run));
  for (const part of run.parts) await artifacts.precompress(part.sha256);
  const version = (store.releases.current(site)?.version ?? 0) + 1;
  const manifest = manifestFor(run, { site, version, now: now() });
  const envelope = signManifest(manifest, keys.current);
  // Read it as a device will: what is not accepted here is not published.
  await openManifest(envelope, { keys: keys.publicKeys, verify, site, now: now(), lowest: version });
  const published: PublishedRelease = {
    release: manifest.release,
    version,
    run: run.run,
    envelope: JSON.stringify(envelope),
    publishedAt: manifest.createdAt,
    reason,
  };
  store.releases.add(site, published);
  return published;
}

function manifestFor(run: RecordedRun, now: { site: SiteId; version: number; now: number }): Manifest {
  const { space, featureSchema, items, markets, golden, head } = run.trained;
  const parts = run.parts.map(({ role, sha256, bytes, needed, level, market }) => ({
    role,
    sha256,
    bytes,
    needed,
    ...(level === undefined ? {} : { level }),
    ...(market === undefined ? {} : { market: market as NonNullable<Manifest['parts'][number]['market']> }),
  }));
  return {
    protocol: PROTOCOL_VERSION,
    site: now.site,
    release: releaseId(run),
    version: now.version,
    createdAt: now.now,
    expiresAt: now.now + VALID_FOR,
    space,
    featureSchema,
    items,
    markets: [...markets],
    parts,
    golden,
    ...(head === undefined ? {} : { head }),
  };
}

/** Names the content: the same files have the same id, whichever version points at them. */
function releaseId(run: RecordedRun): ReleaseId {
  const { space, featureSchema } = run.trained;
  const content = JSON.stringify([space, featureSchema, run.parts.map((part) => part.sha256)]);
  return `${run.run}-${createHash('sha256').update(content).digest('hex').slice(0, 8)}` as ReleaseId;
}

function runOf(store: Store, site: SiteId, release: PublishedRelease): RecordedRun {
  const run = store.runs.get(site, release.run);
  if (!run)
    throw new PublishError('no-run', `release ${release.release} was made by ${release.run}, which is gone`);
  return run;
}

const known = (list: readonly { run: string }[]): string =>
  [...new Set(list.map((one) => one.run))].join(', ') || 'none';
