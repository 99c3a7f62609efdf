import { type Level, partsOfLevel } from '../../shared/protocol/level.ts';
import type { Golden, Manifest, Part } from '../../shared/protocol/manifest.ts';

export type LevelName = Level | 'whole';

/** What of a release a device loads to serve one level of it. */
export interface Wanted {
  readonly level: LevelName;
  readonly parts: readonly Part[];
  readonly golden: Golden;
}

/** Roles that this device reads; those of a later protocol are left alone. */
const ROLES: readonly string[] = [
  'shard',
  'transitions',
  'bought-together',
  'taste',
  'basket',
  'fresh',
  'weights',
  'cards',
];

/** What there is of a release: the whole always, the head where it has one. */
export interface Levels {
  readonly head: Wanted | undefined;
  readonly whole: Wanted;
}

/** @param asked the market whose cards are wanted; the release's first where it is not said */
export function levelsOf(manifest: Manifest, asked: string | undefined): Levels {
  const market = asked ?? manifest.markets[0]?.id;
  const mine = manifest.parts.filter(
    (part) => ROLES.includes(part.role) && (part.market === undefined || part.market === market),
  );
  return {
    head: manifest.head && { level: 'head', parts: partsOfLevel(mine, 'head'), golden: manifest.head.golden },
    whole: { level: 'whole', parts: partsOfLevel(mine, undefined), golden: manifest.golden },
  };
}
