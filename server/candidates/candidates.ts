import { Router } from 'express';
import type { Shard } from '../../shared/bundle/contract.ts';
import { decodeShard } from '../../shared/bundle/shard.ts';
import type { Kernel, Table } from '../../shared/kernel/contract.ts';
import type { SiteId } from '../../shared/protocol/ids.ts';
import type { Manifest } from '../../shared/protocol/manifest.ts';
import { CandidateRequest, type CandidateResponse } from '../../shared/protocol/sync.ts';
import { jsonBody } from '../ingest/body.ts';
import type { Meters } from '../monitoring/meters.ts';
import { Problem, read } from '../problem.ts';
import { manifestOf } from '../publish/publish.ts';
import type { ArtifactStore, Store } from '../store/contract.ts';

export interface CandidatesDeps {
  readonly store: Store;
  readonly artifacts: ArtifactStore;
  readonly meters: Meters;
  readonly kernel: Kernel;
}

/** Releases that are answered for: devices change over from one to the next in their own time. */
const SPACES = 2;

/** POST /v1/candidates: an exact scan, by the same kernel as a device's, for a vector that carries no id. */
export function candidatesRouter(deps: CandidatesDeps): Router {
  const shards = openShards(deps);
  return Router().post('/', ...jsonBody(), (request, response, next) => {
    const asked = read(CandidateRequest, request.body);
    answer(deps, shards, asked).then(
      (found) => {
        deps.meters.candidates.inc({ outcome: 'answered' });
        response.set('Cache-Control', 'no-store').json(found);
      },
      (error: unknown) => {
        deps.meters.candidates.inc({ outcome: 'refused' });
        next(error);
      },
    );
  });
}

async function answer(
  { store }: CandidatesDeps,
  shards: Shards,
  asked: CandidateRequest,
): Promise<CandidateResponse> {
  const manifests = latestReleases(store, asked.site);
  const manifest = manifests.find(({ space }) => space === asked.space);
  if (!manifest)
    throw new Problem(409, 'other-space', 'this vector is of an embedding space that is not served', {
      expected: manifests.map(({ space }) => space),
      found: asked.space,
    });
  const { shard, table } = await shards.of(manifest);
  if (asked.query.length !== table.dims)
    throw new Problem(400, 'bad-query', 'the vector has another length than the space', {
      expected: table.dims,
      found: asked.query.length,
    });
  const { rows, scores } = table.scan(Int8Array.from(asked.query), Math.min(asked.limit, shard.items));
  return {
    space: manifest.space,
    release: manifest.release,
    candidates: Array.from(rows, (row, i) => ({ item: shard.ids.idAt(row), score: scores[i] ?? 0 })),
  };
}

/** Newest first, each release once however often it was signed anew. */
function latestReleases(store: Store, site: SiteId): Manifest[] {
  const seen = new Set<string>();
  const found: Manifest[] = [];
  for (const release of store.releases.list(site)) {
    if (seen.has(release.release)) continue;
    seen.add(release.release);
    found.push(manifestOf(release));
    if (found.length === SPACES) break;
  }
  if (found.length === 0) throw new Problem(404, 'no-release', `site ${site} has no release`);
  return found;
}

interface Loaded {
  readonly shard: Shard;
  readonly table: Table;
}
interface Shards {
  of(manifest: Manifest): Promise<Loaded>;
}

/** The whole one: a head is for devices. */
const shardOf = ({ parts }: Manifest) =>
  parts.find(({ role, level }) => role === 'shard' && level === undefined);

/** Decoded shards by hash; those longest unused leave the kernel's memory. */
function openShards({ artifacts, kernel }: CandidatesDeps, most = 4): Shards {
  const loaded = new Map<string, Promise<Loaded>>();
  const load = async (manifest: Manifest): Promise<Loaded> => {
    const part = shardOf(manifest);
    if (!part) throw new Problem(503, 'no-shard', `release ${manifest.release} has no shard`);
    const shard = decodeShard(await artifacts.read(part.sha256));
    return { shard, table: kernel.table(shard.embeddings) };
  };
  return {
    of(manifest) {
      const key = shardOf(manifest)?.sha256 ?? '';
      const known = loaded.get(key) ?? load(manifest);
      loaded.delete(key);
      loaded.set(key, known);
      known.catch(() => loaded.delete(key));
      const oldest = loaded.size > most ? loaded.keys().next().value : undefined;
      if (oldest !== undefined) {
        void loaded.get(oldest)?.then(({ table }) => table.free());
        loaded.delete(oldest);
      }
      return known;
    },
  };
}
