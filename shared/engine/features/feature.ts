import type { Engine } from '../contract.ts';
import type { Observation, Owned } from '../observe.ts';
import type { Retrieval } from '../retrieval/retrieve.ts';
import type { Portrait } from './portrait.ts';

export type Origin = 'user' | 'session' | 'item' | 'pair' | 'source' | 'context';

/** What a feature may read of one slate in the making. */
export interface Scene {
  readonly engine: Engine;
  readonly seen: Observation;
  readonly retrieval: Retrieval;
  readonly rows: Uint32Array;
  readonly portrait: Portrait;
  /** each candidate's category and brand, as the columns say */
  readonly category: Float32Array;
  readonly brand: Float32Array;
  /** ln of its interactions */
  readonly lnCount: Float32Array;
  /** as the market's columns say */
  readonly price: Float32Array;
  readonly lnPrice: Float32Array;
  /** the candidates that the shopper had to do with: `owned[k]` is at `ownedAt[k]` */
  readonly owned: readonly Owned[];
  readonly ownedAt: readonly number[];
  /** a column to fill, a value a candidate: it belongs to this slate, and what lies in it is no zero */
  lend(): Float32Array;
  /** a column of zeros */
  zeros(): Float32Array;
}

/** What is said of a feature; training, reports and a shop's own ranker read it, a device does not. */
export interface Feature {
  readonly name: string;
  readonly origin: Origin;
  /** what it says, and where it comes from */
  readonly source: string;
  /** of the shopper or the moment: the same for every candidate */
  readonly whole?: true;
}

/** A column, a value a candidate; or a number where it is the same for all of them. */
export type Values = Float32Array | number;

/** Features that are made together. Counts and prices come as natural logarithms. */
export interface Family {
  readonly features: readonly Feature[];
  /** the values of `features`, in their order: numbers of those that are `whole`, columns of the others */
  readonly make: (scene: Scene) => readonly Values[];
}

type Said = readonly [name: string, source: string];

export const columns = (origin: Origin, said: readonly Said[]): Feature[] =>
  said.map(([name, source]) => ({ name, origin, source }));

export const wholes = (origin: Origin, said: readonly Said[]): Feature[] =>
  columns(origin, said).map((feature) => ({ ...feature, whole: true }));
