import type { Kernel } from '../kernel/contract.ts';
import type { Engine, Ranker } from './contract.ts';
import type { FunnelSettings } from './settings.ts';

/** How much work goes into a slate: what is ranked, and by which ranker. */
export interface Effort {
  readonly settings: FunnelSettings;
  readonly ranker: Ranker | undefined;
}

/** The rankers that a release carries. */
export interface Rankers {
  readonly small: Ranker | undefined;
  readonly deep: Ranker | undefined;
}

/** As the release says: by the ranker that its settings name, else the deep one, else the small one. */
export function fullEffort(settings: FunnelSettings, { small, deep }: Rankers): Effort {
  const named = settings.ranker === 'small' ? small : deep;
  return { settings, ranker: named ?? deep ?? small };
}

/**
 * As much as plain JS can do in time: fewer candidates, by the small ranker where the release has one.
 */
export function lightEffort(settings: FunnelSettings, { small, deep }: Rankers): Effort {
  const ranked = Math.min(settings.ranked, settings.lightRanked);
  return { settings: { ...settings, ranked }, ranker: small ?? deep };
}

/** Follows from the build alone, so that the same device gives the same slates. */
export const isLight = ({ build }: Pick<Kernel, 'build'>): boolean => build === 'js';

/** The engine as it answers where there is no SIMD, in any build: what every device can check. */
export const lightened = (engine: Engine): Engine => ({ ...engine, ...engine.light });
