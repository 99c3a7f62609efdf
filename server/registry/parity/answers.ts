import { closeEngine, openRelease } from '../../../shared/engine/engine.ts';
import { goldenSlate, isGolden } from '../../../shared/engine/golden.ts';
import type { Kernel } from '../../../shared/kernel/contract.ts';
import { loadKernel } from '../../../shared/kernel/load.ts';
import type { ReleaseId } from '../../../shared/protocol/ids.ts';
import type { Golden } from '../../../shared/protocol/manifest.ts';

/** One level of a release, as a device loads it. */
export interface ParityLevel {
  readonly level: 'whole' | 'head';
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly golden: Golden;
}

export interface ParityAnswer {
  readonly level: string;
  readonly build: Kernel['build'];
  readonly same: boolean;
  /** what was found in place of the golden slate; or why the engine has no such build */
  readonly detail: string;
}

export const BUILDS: readonly Kernel['build'][] = ['simd', 'js'];

/** The golden slate of each level from each build, wherever this runs: Node and browsers load the same. */
export function parityAnswers(levels: readonly ParityLevel[]): ParityAnswer[] {
  return levels.flatMap((level) => BUILDS.map((build) => answer(level, build)));
}

function answer({ level, files, golden }: ParityLevel, build: Kernel['build']): ParityAnswer {
  try {
    const engine = openRelease(files, 'parity' as ReleaseId, loadKernel({ build }));
    const found = goldenSlate(engine, golden);
    closeEngine(engine);
    const same = isGolden(found, golden);
    return { level, build, same, detail: same ? '' : `${found.join(' ')}, not ${golden.expected.join(' ')}` };
  } catch (error) {
    return { level, build, same: false, detail: error instanceof Error ? error.message : String(error) };
  }
}
