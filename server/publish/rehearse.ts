import { decodeCards } from '../../shared/bundle/cards.ts';
import { closeEngine, openRelease } from '../../shared/engine/engine.ts';
import { FEATURE_SCHEMA } from '../../shared/engine/features.ts';
import { goldenSlate } from '../../shared/engine/golden.ts';
import { loadKernel } from '../../shared/kernel/load.ts';
import type { ReleaseId } from '../../shared/protocol/ids.ts';
import { ArtifactError } from '../store/artifacts.ts';
import type { ArtifactStore, RecordedRun } from '../store/contract.ts';
import { PublishError } from './errors.ts';

/** Roles without which no device can make a slate and draw it. */
const NEEDED_ROLES = ['shard', 'transitions', 'bought-together', 'weights', 'cards'] as const;

/**
 * Opens a run's files as a device will and asks for its golden slate: what no device would activate is not published.
 * @throws PublishError
 */
export async function rehearse(
  run: RecordedRun,
  artifacts: ArtifactStore,
  release: ReleaseId,
): Promise<void> {
  checkWhole(run);
  const parts = new Map<string, Uint8Array>();
  for (const part of run.parts) {
    const bytes = await readPart(artifacts, part);
    if (part.role === 'cards') fits(run, () => decodeCards(bytes));
    else parts.set(part.role, bytes);
  }
  fits(run, () => tryOut(run, parts, release));
}

function tryOut(run: RecordedRun, parts: ReadonlyMap<string, Uint8Array>, release: ReleaseId): void {
  const { trained } = run;
  const engine = openRelease(parts, release, loadKernel());
  try {
    const { shard } = engine;
    same('embedding space', shard.space, trained.space);
    same('items', shard.items, trained.items);
    if (engine.ranker) same('feature schema', trained.featureSchema, FEATURE_SCHEMA);
    for (const { id } of trained.markets)
      same('market', shard.markets.find((m) => m.market === id)?.market, id);
    same('golden slate', goldenSlate(engine, trained.golden).join(' '), trained.golden.expected.join(' '));
  } finally {
    closeEngine(engine);
  }
}

function same(what: string, found: unknown, expected: unknown): void {
  if (found !== expected) throw new Error(`${what}: expected ${String(expected)}, found ${String(found)}`);
}

function fits(run: RecordedRun, work: () => unknown): void {
  try {
    work();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new PublishError('incompatible', `${run.run} would be refused by every device: ${why}`, { cause });
  }
}

function checkWhole(run: RecordedRun): void {
  const roles = new Set(run.parts.map((part) => part.role));
  const missing = NEEDED_ROLES.filter((role) => !roles.has(role));
  if (missing.length > 0)
    throw new PublishError(
      'incomplete',
      `${run.run} lacks ${missing.join(', ')}: it has ${[...roles].join(', ')}`,
    );
  const spoken = new Set(run.parts.map((part) => (part.role === 'cards' ? part.market : '')));
  const silent = run.trained.markets.filter((market) => !spoken.has(market.id) && !spoken.has(undefined));
  if (silent.length > 0)
    throw new PublishError('incomplete', `${run.run} has no cards for ${silent.map((m) => m.id).join(', ')}`);
}

async function readPart(artifacts: ArtifactStore, part: RecordedRun['parts'][number]): Promise<Uint8Array> {
  try {
    const bytes = await artifacts.read(part.sha256);
    if (bytes.length === part.bytes) return bytes;
    throw new PublishError(
      'bad-artifact',
      `${part.role}: expected ${part.bytes} bytes, found ${bytes.length}`,
    );
  } catch (error) {
    if (!(error instanceof ArtifactError)) throw error;
    throw new PublishError('bad-artifact', `${part.role}: ${error.message}`, { cause: error });
  }
}
