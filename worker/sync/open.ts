import { decodeCards } from '../../shared/bundle/cards.ts';
import type { Cards } from '../../shared/bundle/contract.ts';
import type { Engine } from '../../shared/engine/contract.ts';
import { closeEngine, openRelease } from '../../shared/engine/engine.ts';
import type { Kernel } from '../../shared/kernel/contract.ts';
import type { ReleaseId } from '../../shared/protocol/ids.ts';
import type { Part } from '../../shared/protocol/manifest.ts';

/** A release that is ready to serve. */
export interface Opened {
  readonly engine: Engine;
  readonly cards: Cards | undefined;
  close(): void;
}

/**
 * Decodes a level of a release. Nothing of it serves before its bytes are verified and it has passed its golden input,
 * on this device, once.
 * @throws EngineError or BundleError, each with its code; the kernel's memory is given back
 */
export function openBundle(
  release: ReleaseId,
  parts: ReadonlyMap<Part, ArrayBuffer>,
  kernel: Kernel,
): Opened {
  const byRole = new Map([...parts].map(([{ role }, bytes]) => [role, new Uint8Array(bytes)] as const));
  const engine = openRelease(byRole, release, kernel);
  try {
    const cards = byRole.get('cards');
    return {
      engine,
      cards: cards === undefined ? undefined : decodeCards(cards, engine.shard.variants.ids),
      close: () => closeEngine(engine),
    };
  } catch (error) {
    closeEngine(engine);
    throw error;
  }
}
