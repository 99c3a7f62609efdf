import { decodeCards } from '../../shared/bundle/cards.ts';
import { checkPart } from '../../shared/bundle/check.ts';
import { closeEngine, openRelease } from '../../shared/engine/engine.ts';
import { FEATURE_SCHEMA } from '../../shared/engine/features.ts';
import { goldenSlate } from '../../shared/engine/golden.ts';
import { loadKernel } from '../../shared/kernel/load.ts';
import type { ReleaseId } from '../../shared/protocol/ids.ts';
import { type Level, partsOfLevel } from '../../shared/protocol/level.ts';
import type { Golden } from '../../shared/protocol/manifest.ts';
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
  const bytes = new Map<string, Uint8Array>();
  for (const part of run.parts) bytes.set(part.sha256, await readPart(artifacts, part));
  const filesOf = (level: Level | undefined) =>
    new Map(partsOfLevel(run.parts, level).map((part) => [nameOf(part), bytes.get(part.sha256)!]));
  const { items, golden, head } = run.trained;
  fits(run, () => tryOut(run, { parts: filesOf(undefined), items, golden }, release));
  if (head !== undefined) fits(run, () => tryOut(run, { parts: filesOf('head'), ...head }, release));
}

/** Of cards there is a file a market. */
const nameOf = ({ role, market }: RecordedRun['parts'][number]): string =>
  market === undefined ? role : `${role}.${market}`;

interface Rehearsed {
  readonly parts: ReadonlyMap<string, Uint8Array>;
  readonly items: number;
  readonly golden: Golden;
}

function tryOut(run: RecordedRun, { parts, items, golden }: Rehearsed, release: ReleaseId): void {
  const { trained } = run;
  const engine = openRelease(parts, release, loadKernel());
  try {
    const { shard } = engine;
    same('embedding space', shard.space, trained.space);
    same('items', shard.items, items);
    if (engine.ranker) same('feature schema', trained.featureSchema, FEATURE_SCHEMA);
    for (const { id } of trained.markets)
      same('market', shard.markets.find((m) => m.market === id)?.market, id);
    for (const [name, bytes] of parts) {
      const [role = name] = name.split('.');
      checkPart(role, bytes);
      if (role === 'cards') decodeCards(bytes, shard.variants.ids);
    }
    same('golden slate', goldenSlate(engine, golden).join(' '), golden.expected.join(' '));
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
  const whole = run.parts.filter(({ level }) => level === undefined);
  const roles = new Set(whole.map((part) => part.role));
  const missing = NEEDED_ROLES.filter((role) => !roles.has(role));
  if (missing.length > 0)
    throw new PublishError(
      'incomplete',
      `${run.run} lacks ${missing.join(', ')}: it has ${[...roles].join(', ')}`,
    );
  const spoken = new Set(whole.map((part) => (part.role === 'cards' ? part.market : '')));
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
