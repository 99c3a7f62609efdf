import type { MessagePort } from 'node:worker_threads';
import type { Dataset } from '../../../models/contract.ts';
import type { TrainingSettings } from '../settings.ts';

/** Of a data set: nobody's yet, somebody's, fitted and sent, given up. */
export const STATES = { free: 0, taken: 1, done: 2, failed: 3 } as const;

/** Shared by threads: a state for each data set, and a last number that grows while a thread is at work. */
export type Claims = Int32Array<SharedArrayBuffer>;

/** What a thread is started with. */
export interface FitOrder {
  readonly datasets: readonly Dataset[];
  readonly settings: TrainingSettings;
  readonly seed: number;
  readonly claims: Claims;
}

/** The same with where to send what is fitted. */
export interface ThreadOrder extends FitOrder {
  readonly port: MessagePort;
}

export const createClaims = (datasets: number): Claims =>
  new Int32Array(new SharedArrayBuffer(4 * (datasets + 1)));

/** Whether it is the caller's now: each data set is given once. */
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
 * Blocks until another's data set is settled.
 * @param patience ms without a sign of life after which it is given up
 * @returns whether it was fitted
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
