import type * as checks from '../../shared/kernel/arguments.ts';

/**
 * The kernel's checks of its arguments, but for what they return: the worker's build puts this in their place. On a device
 * the engine alone calls the kernel, with sizes that its readers have checked against each other (the shard's sections, lists
 * against the shard, `ranker.ts`, `encoder.ts`); everywhere else each call is checked.
 */
const unchecked = (): void => undefined;

export const checkTable: typeof checks.checkTable = unchecked;
export const checkScan: typeof checks.checkScan = (k, items) => Math.min(k, items);
export const checkWrite: typeof checks.checkWrite = unchecked;
export const checkRow: typeof checks.checkRow = unchecked;
export const checkQuery: typeof checks.checkQuery = unchecked;
export const checkRows: typeof checks.checkRows = unchecked;
export const checkNetwork: typeof checks.checkNetwork = unchecked;
export const checkBatch: typeof checks.checkBatch = unchecked;
export const checkAttention: typeof checks.checkAttention = unchecked;
