import type { MessagePort } from 'node:worker_threads';
import type { Dataset } from '../../../models/contract.ts';
import type { RankerSettings, RankingLists } from '../../../models/ranker/train.ts';
import type { TrainingSettings } from '../settings.ts';

/** Of a piece of work: nobody's yet, somebody's, done and sent, given up. */
export const STATES = { free: 0, taken: 1, done: 2, failed: 3 } as const;

/** Shared by threads: a state for each piece of work, and a last number that grows while a thread is at work. */
export type Claims = Int32Array<SharedArrayBuffer>;

/** Data sets that are to be fitted. */
export interface FitOrder {
  readonly kind: 'fit';
  readonly datasets: readonly Dataset[];
  readonly settings: TrainingSettings;
  readonly seed: number;
}

/** A small ranker that is to be trained, by its own seed. */
export interface SeededLesson {
  readonly lists: RankingLists;
  readonly settings: RankerSettings & { readonly seed: number };
}

export interface TeachOrder {
  readonly kind: 'teach';
  readonly lessons: readonly SeededLesson[];
}

export type Order = FitOrder | TeachOrder;

/** What a thread is started with, and where it sends what is done. */
export interface ThreadOrder {
  readonly order: Order;
  readonly claims: Claims;
  readonly port: MessagePort;
}

/** @param pieces of work */
export const createClaims = (pieces: number): Claims =>
  new Int32Array(new SharedArrayBuffer(4 * (pieces + 1)));

/** Whether it is the caller's now: each piece of work is given once. */
export const claim = (claims: Claims, at: number): boolean =>
  Atomics.compareExchange(claims, at, STATES.free, STATES.taken) === STATES.free;

export function settle(claims: Claims, at: number, state: number): void {
  Atomics.store(claims, at, state);
  Atomics.notify(claims, at);
}

/** A sign of life. */
export const sign = (claims: Claims): void => {
  Atomics.add(claims, claims.length - 1, 1);
};

/**
 * Blocks until another's piece of work is settled.
 * @param patience ms without a sign of life after which it is given up
 * @returns whether it was done
 */
export function awaitClaim(claims: Claims, at: number, patience: number): boolean {
  for (;;) {
    const signs = Atomics.load(claims, claims.length - 1);
    const state = Atomics.load(claims, at);
    if (state !== STATES.taken) return state === STATES.done;
    const waited = Atomics.wait(claims, at, STATES.taken, patience);
    if (waited === 'timed-out' && Atomics.load(claims, claims.length - 1) === signs) return false;
  }
}
