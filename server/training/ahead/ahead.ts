import type { Dataset } from '../../../models/contract.ts';
import type { TrainingSettings } from '../settings.ts';
import type { Fitted } from '../sources.ts';
import { startThreads, type ThreadOptions } from './threads.ts';

/** Fits that other threads make while this one does what does not need them. */
export interface Ahead {
  /**
   * A data set's fit, waited for where a thread is at it.
   * @returns undefined where no thread is: the caller fits it, and no thread will
   */
  take(dataset: Dataset): Fitted | undefined;
  /** ends the threads */
  close(): void;
}

/** Below it a thread takes longer to start than it saves; above it two fits at once take more memory than a machine may have. */
const FEWEST_ROWS = 50_000;
const MOST_ROWS = 4_000_000;

export interface AheadOptions extends ThreadOptions {
  readonly settings: TrainingSettings;
  readonly seed: number;
  /** rows from which threads are worth it */
  readonly fewestRows?: number;
}

/**
 * Has the data sets fitted from the last to the first, beside a caller who takes them from the first to the last.
 * @returns undefined where there is nothing to gain
 */
export function fitAhead(datasets: readonly Dataset[], options: AheadOptions): Ahead | undefined {
  const { settings, seed, fewestRows = FEWEST_ROWS } = options;
  const rows = Math.max(0, ...datasets.map(({ interactions }) => interactions.item.length));
  if (rows < fewestRows || rows > MOST_ROWS) return undefined;
  const count = { pieces: datasets.length, most: datasets.length - 1 };
  const threads = startThreads<Fitted>({ kind: 'fit', datasets, settings, seed }, count, options);
  return (
    threads && { take: (dataset) => threads.take(datasets.indexOf(dataset))?.made, close: threads.close }
  );
}
