import type { Kernel } from '../../shared/kernel/contract.ts';
import type { ReleaseId, SiteId } from '../../shared/protocol/ids.ts';
import type { Manifest, Part } from '../../shared/protocol/manifest.ts';
import { ManifestError, openManifest, type Verify } from '../../shared/protocol/signature.ts';
import type { Host } from '../host.ts';
import { StorageFailure } from '../storage/guarded.ts';
import type { DeviceStore } from '../storage/rows.ts';
import { bytesOf, fetchEnvelope, fetchPart, partsOf, verifyPart } from './download.ts';
import { type Opened, openBundle } from './open.ts';
import { type Artefacts, partIn, pointerOf, shedParts, shelve } from './shelved.ts';

/** A release that serves. */
export interface Serving extends Opened {
  readonly manifest: Manifest;
  readonly bytes: number;
}

export interface ReleaseOptions {
  readonly site: SiteId;
  readonly url: string;
  readonly keys: readonly string[];
  readonly market: string | undefined;
  readonly verify: Verify;
  readonly host: Host;
  /** a kernel of its own for each release: its memory goes when the release goes */
  openKernel(): Kernel;
  store(): DeviceStore;
  trouble(code: string, message: string): void;
  /** called after the swap: whatever asks from now on is answered by this release */
  onRelease(release: ReleaseId): void;
}

export interface Releases {
  current(): Serving | undefined;
  /** what the device kept, else what the server publishes; settles when either serves or neither can */
  start(): Promise<void>;
  /** @returns whether another release serves afterwards */
  refresh(): Promise<boolean>;
  /** consent came: keeps what serves */
  keep(): Promise<void>;
  close(): void;
}

/**
 * Bundle down: manifest, signature, parts by hash, opened, tried on its golden input, kept, and only then swapped in.
 * Whatever fails on the way leaves the release before serving, and is told by its code.
 */
export function createReleases(options: ReleaseOptions): Releases {
  const { host } = options;
  let serving: (Serving & { readonly artefacts: Artefacts }) | undefined;
  let highest = 0;
  let closed = false;
  let looking: Promise<boolean> | undefined;
  const refused = new Set<string>();

  const swap = (artefacts: Artefacts, opened: Opened): boolean => {
    if (closed) {
      opened.close();
      return false;
    }
    const before = serving;
    const { manifest, parts } = artefacts;
    serving = { ...opened, manifest, artefacts, bytes: bytesOf([...parts.keys()]) };
    highest = Math.max(highest, manifest.version);
    before?.close();
    options.onRelease(manifest.release);
    return true;
  };

  const trust = (now: number) => ({
    keys: options.keys,
    verify: options.verify,
    site: options.site,
    lowest: highest,
    now,
  });

  /** From storage: verified like the wire, since disks tear too. Age does not matter to what served already. */
  const revive = async (envelope: string): Promise<void> => {
    const manifest = await openManifest(parse(envelope), { ...trust(0), lowest: 0 });
    const parts = await gather(manifest, async (part) => {
      const kept = await partIn(options.store(), part.sha256);
      if (kept === undefined) return fetchPart(host, options.url, part);
      await verifyPart(host, part, kept);
      return kept;
    });
    swap({ envelope, manifest, parts }, openBundle(manifest, parts, workshop()));
  };

  const gather = async (
    manifest: Manifest,
    bytesFor: (part: Part) => Promise<ArrayBuffer>,
  ): Promise<ReadonlyMap<Part, ArrayBuffer>> => {
    const market = options.market ?? manifest.markets[0]?.id ?? '';
    const parts = partsOf(manifest, market);
    return new Map(await Promise.all(parts.map(async (part) => [part, await bytesFor(part)] as const)));
  };

  const workshop = () => ({ kernel: options.openKernel(), clock: () => host.steady() });

  const held = (part: Part): ArrayBuffer | undefined => {
    for (const [own, bytes] of serving?.artefacts.parts ?? []) if (own.sha256 === part.sha256) return bytes;
    return undefined;
  };

  const look = async (): Promise<boolean> => {
    const envelope = await fetchEnvelope(host, options.url, options.site);
    if (envelope === serving?.artefacts.envelope) return false;
    const manifest = await openManifest(parse(envelope), trust(host.now()));
    if (manifest.version === serving?.manifest.version) return false;
    // Said once: a release that cannot serve is not opened again at every look.
    if (refused.has(envelope)) return false;
    try {
      const parts = await gather(manifest, async (part) => held(part) ?? fetchPart(host, options.url, part));
      const artefacts = { envelope, manifest, parts };
      const opened = openBundle(manifest, parts, workshop());
      await shelveOrShed(artefacts);
      return swap(artefacts, opened);
    } catch (error) {
      if (codeOf(error) !== 'part-unreachable') refused.add(envelope);
      throw error;
    }
  };

  const shelveOrShed = async (artefacts: Artefacts): Promise<void> => {
    // Memory keeps what serves already; a second copy would be no use.
    if (options.store().kind === 'memory') return;
    try {
      await shelve(options.store(), artefacts);
    } catch (error) {
      if (!(error instanceof StorageFailure)) throw error;
      options.trouble(error.code, `the bundle is not kept: ${error.message}`);
      await shedParts(options.store());
    }
  };

  const told = async (work: Promise<boolean>): Promise<boolean> => {
    try {
      return await work;
    } catch (error) {
      if (!closed) options.trouble(codeOf(error), messageOf(error));
      return false;
    }
  };

  const refresh = (): Promise<boolean> => {
    looking ??= told(look()).finally(() => {
      looking = undefined;
    });
    return looking;
  };

  return {
    current: () => serving,
    async start() {
      const pointer = await pointerOf(options.store());
      highest = Math.max(highest, pointer?.ratchet ?? 0);
      for (const kept of [pointer?.current, pointer?.previous])
        if (serving === undefined && kept) await told(revive(kept.envelope).then(() => true));
      const fresh = refresh();
      if (serving === undefined) await fresh;
    },
    refresh,
    async keep() {
      if (serving !== undefined) await shelveOrShed(serving.artefacts);
    },
    close() {
      closed = true;
      serving?.close();
      serving = undefined;
    },
  };
}

function parse(envelope: string): unknown {
  try {
    return JSON.parse(envelope);
  } catch (cause) {
    throw new ManifestError('bad-envelope', `not JSON: ${envelope.slice(0, 40)}`, { cause });
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'release-failed';

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
