import * as v from 'valibot';
import type { EmbeddingTable, Neighbours, Shard, Weights } from '../bundle/contract.ts';
import { decodeNeighbours } from '../bundle/neighbours.ts';
import { decodeShard } from '../bundle/shard.ts';
import { decodeWeights } from '../bundle/weights.ts';
import type { Kernel, Table } from '../kernel/contract.ts';
import type { ReleaseId } from '../protocol/ids.ts';
import { indexCatalogue } from './catalogue.ts';
import type { Engine, FurtherLists, Ranker } from './contract.ts';
import { type Effort, fullEffort, isLight, lightEffort } from './effort.ts';
import { type Encoder, loadEncoder } from './encoder.ts';
import { EngineError } from './error.ts';
import { loadRankers } from './ranker.ts';
import { MOST_ROWS } from './retrieval/top.ts';
import { createScratch } from './scratch.ts';
import { FunnelSettings } from './settings.ts';

/** Roles of the lists that a release may do without. */
export const FURTHER_LISTS = ['taste', 'basket', 'fresh'] as const satisfies readonly (keyof FurtherLists)[];

/** The decoded parts of a release. */
export interface EngineParts {
  readonly release: ReleaseId;
  readonly kernel: Kernel;
  readonly shard: Shard;
  readonly transitions: Neighbours;
  readonly boughtTogether: Neighbours;
  readonly lists?: FurtherLists | undefined;
  readonly settings: FunnelSettings;
  readonly encoder?: Encoder | undefined;
  readonly ranker?: Ranker | undefined;
  /** how it answers without SIMD; absent: as it does with it */
  readonly light?: Effort;
}

/** An engine from decoded parts: what training runs before there is a ranker. */
export function createEngine(parts: EngineParts): Engine {
  const { shard, transitions, boughtTogether, kernel } = parts;
  if (shard.items > MOST_ROWS)
    throw mismatch('shard', { found: shard.items, expected: `at most ${MOST_ROWS}` });
  const lists = { transitions, 'bought-together': boughtTogether, ...parts.lists };
  for (const [part, list] of Object.entries(lists) as [string, Neighbours | undefined][]) {
    const items = list?.items;
    if (items !== undefined && items !== shard.items)
      throw mismatch(part, { found: `${items} items`, expected: `${shard.items} as the shard` });
  }
  requireSameDims(shard);
  return {
    ...parts,
    lists: parts.lists ?? {},
    embeddings: kernel.table(shard.embeddings),
    content: shard.content === undefined ? undefined : kernel.table(shard.content),
    encoder: parts.encoder,
    ranker: parts.ranker,
    light: parts.light ?? { settings: parts.settings, ranker: parts.ranker },
    index: indexCatalogue(shard, parts.lists?.fresh),
    scratch: createScratch({
      items: shard.items,
      categories: shard.categories.length,
      brands: shard.brands.length,
    }),
  };
}

/**
 * Opens a release from its verified files, by role.
 * @throws EngineError where a part is missing or does not fit the others; the decoders' own errors where one is torn
 */
export function openRelease(
  parts: ReadonlyMap<string, Uint8Array>,
  release: ReleaseId,
  kernel: Kernel,
): Engine {
  const weights = decodeWeights(part(parts, 'weights'));
  const settings = readSettings(weights);
  const shard = decodeShard(part(parts, 'shard'));
  const rankers = loadRankers(weights, settings, kernel);
  const light = lightEffort(settings, rankers);
  return createEngine({
    release,
    kernel,
    shard,
    transitions: decodeNeighbours(part(parts, 'transitions')),
    boughtTogether: decodeNeighbours(part(parts, 'bought-together')),
    lists: further(parts),
    encoder: loadEncoder(weights, shard, kernel),
    ...(isLight(kernel) ? light : fullEffort(settings, rankers)),
    light,
  });
}

/** Gives the kernel's memory back. The engine is not to be used afterwards. */
export function closeEngine(engine: Engine): void {
  const tables: (Table | undefined)[] = [engine.embeddings, engine.content];
  for (const table of tables) table?.free();
  engine.encoder?.attention.free();
  engine.ranker?.network.free();
  if (engine.light.ranker !== engine.ranker) engine.light.ranker?.network.free();
}

function further(parts: ReadonlyMap<string, Uint8Array>): FurtherLists {
  const found = FURTHER_LISTS.flatMap((role) => {
    const bytes = parts.get(role);
    return bytes === undefined ? [] : [[role, decodeNeighbours(bytes)] as const];
  });
  return Object.fromEntries(found);
}

function part(parts: ReadonlyMap<string, Uint8Array>, role: string): Uint8Array {
  const bytes = parts.get(role);
  if (bytes === undefined) {
    const found = [...parts.keys()].join(', ') || 'nothing';
    throw new EngineError('missing-part', {
      what: 'parts of the release',
      found,
      expected: `a part '${role}'`,
    });
  }
  return bytes;
}

function readSettings({ settings }: Weights): FunnelSettings {
  const read = v.safeParse(FunnelSettings, settings);
  if (read.success) return read.output;
  const issue = read.issues[0];
  const path = v.getDotPath(issue) ?? 'settings';
  throw new EngineError('bad-settings', { what: path, found: issue.received, expected: issue.message });
}

function requireSameDims({ embeddings, queryEmbeddings }: Shard): void {
  if (embeddings.dims === queryEmbeddings.dims) return;
  throw mismatch('query embeddings', dims(queryEmbeddings, embeddings));
}

const dims = (found: EmbeddingTable, expected: EmbeddingTable) => ({
  found: `${found.dims} dimensions`,
  expected: `${expected.dims} as the embeddings`,
});

const mismatch = (what: string, { found, expected }: { found: string | number; expected: string }) =>
  new EngineError('mismatched-parts', { what, found: String(found), expected });
