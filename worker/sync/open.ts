import { decodeCards } from '../../shared/bundle/cards.ts';
import type { Cards } from '../../shared/bundle/contract.ts';
import type { Engine } from '../../shared/engine/contract.ts';
import { closeEngine, openRelease } from '../../shared/engine/engine.ts';
import type { Kernel } from '../../shared/kernel/contract.ts';
import type { Manifest, Part } from '../../shared/protocol/manifest.ts';
import { tryGolden } from './golden.ts';

/** A release that is ready to serve. */
export interface Opened {
  readonly engine: Engine;
  readonly cards: Cards | undefined;
  close(): void;
}

/**
 * Decodes a verified release and tries it on its golden input. Nothing of it serves before that has passed.
 * @throws EngineError, BundleError or GoldenError, each with its code; the kernel's memory is given back
 */
export function openBundle(
  manifest: Manifest,
  parts: ReadonlyMap<Part, ArrayBuffer>,
  { kernel, clock }: { readonly kernel: Kernel; clock(): number },
): Opened {
  const byRole = new Map([...parts].map(([{ role }, bytes]) => [role, new Uint8Array(bytes)] as const));
  const engine = openRelease(byRole, manifest.release, kernel);
  try {
    tryGolden(engine, manifest.golden, clock);
    const cards = byRole.get('cards');
    return {
      engine,
      cards: cards === undefined ? undefined : decodeCards(cards),
      close: () => closeEngine(engine),
    };
  } catch (error) {
    closeEngine(engine);
    throw error;
  }
}
