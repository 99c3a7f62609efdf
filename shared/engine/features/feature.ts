import type { Engine } from '../contract.ts';
import type { Fact } from '../facts.ts';
import type { Observation, Owned } from '../observe.ts';
import type { Retrieval } from '../retrieval/retrieve.ts';
import type { Evidence } from './evidence.ts';
import type { Habits } from './habit.ts';
import type { PairEvidence } from './pair-evidence.ts';
import type { Portrait } from './portrait.ts';
import type { TokenEvidence } from './token-evidence.ts';

export type Origin = 'user' | 'session' | 'item' | 'pair' | 'source' | 'context';

/** What a feature may read of one slate in the making. */
export interface Scene {
  readonly engine: Engine;
  readonly seen: Observation;
  readonly retrieval: Retrieval;
  readonly rows: Uint32Array;
  readonly evidence: Evidence;
  readonly tokens: TokenEvidence;
  readonly pairs: PairEvidence;
  readonly portrait: Portrait;
  readonly habits: Habits;
  /** each candidate's category and brand, as the columns say */
  readonly category: Float32Array;
  readonly brand: Float32Array;
  /** the candidates that the shopper had to do with: `owned[k]` is at `ownedAt[k]` */
  readonly owned: readonly Owned[];
  readonly ownedAt: readonly number[];
  /** a column to fill, a value a candidate: it belongs to this slate, and what lies in it is no zero */
  lend(): Float32Array;
}

/**
 * One feature. Counts and prices come as natural logarithms. Of the shopper or the moment: `whole`, the same for every
 * candidate. Of a candidate:
 *  - `fact`: of the item alone, as the catalogue's facts have it; `byRow`: another column of the catalogue;
 *  - `own`: of what the shopper did with this very item; 0 for all others;
 *  - `column`: one value a candidate, made in one loop (into `scene.lend()`) or by a stage before;
 *  - `each`: by the candidate's index. The easiest to write and the slowest: a call a candidate.
 */
export type Feature = {
  readonly name: string;
  readonly origin: Origin;
  /** what it says, and where it comes from */
  readonly source: string;
} & (
  | { readonly whole: (scene: Scene) => number }
  | { readonly fact: Fact }
  | { readonly byRow: (scene: Scene) => Float32Array }
  | { readonly own: (scene: Scene, own: Owned) => number }
  | { readonly column: (scene: Scene) => Float32Array }
  | { readonly each: (scene: Scene, at: number) => number }
);
