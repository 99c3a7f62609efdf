import type { Engine } from '../contract.ts';
import type { Observation, Owned } from '../observe.ts';
import type { Retrieval } from '../retrieval/retrieve.ts';
import type { Evidence } from './evidence.ts';
import type { Portrait } from './portrait.ts';

export type Origin = 'user' | 'session' | 'item' | 'pair' | 'source' | 'context';

/** What a feature may read of one slate in the making. */
export interface Scene {
  readonly engine: Engine;
  readonly seen: Observation;
  readonly retrieval: Retrieval;
  readonly rows: Uint32Array;
  readonly evidence: Evidence;
  readonly portrait: Portrait;
  /** what the shopper did with each candidate, if anything */
  readonly owned: readonly (Owned | undefined)[];
  /** row -> distinct items touched since, and its decayed touches */
  readonly ageOf: ReadonlyMap<number, number>;
  readonly decayedTouches: ReadonlyMap<number, number>;
}

/**
 * One feature. Of the shopper or the moment: `whole`, the same for every candidate. Of a candidate: `byRow`, a column
 * of the catalogue; `column`, one value a candidate that a stage before has made; or `each`, by the candidate's index.
 * Counts and prices come as natural logarithms.
 */
export type Feature = {
  readonly name: string;
  readonly origin: Origin;
  /** what it says, and where it comes from */
  readonly source: string;
} & (
  | { readonly whole: (scene: Scene) => number }
  | { readonly byRow: (scene: Scene) => Float32Array }
  | { readonly column: (scene: Scene) => Float32Array }
  | { readonly each: (scene: Scene, at: number) => number }
);
