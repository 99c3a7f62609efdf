import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { Dataset, Journal } from '../../../models/contract.ts';
import type { TrainingSettings } from '../settings.ts';
import type { Fitted } from '../sources.ts';
import { awaitClaim, type Claims, claim, createClaims, type FitOrder } from './claims.ts';

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
/** ms without a step: a dead thread, since the longest step takes seconds. */
const PATIENCE = 600_000;

export interface AheadOptions {
  readonly settings: TrainingSettings;
  readonly seed: number;
  readonly journal: Journal;
  /** rows from which threads are worth it */
  readonly fewestRows?: number;
  /** the machine's, where it is left out */
  readonly cores?: number;
  readonly claims?: Claims;
}

/**
 * Has the data sets fitted from the last to the first, one at a time in each spare core, while the caller takes them from the
 * first to the last. Who fits what depends on the machine, what comes out does not.
 * @returns undefined where there is nothing to gain
 */
export function fitAhead(datasets: readonly Dataset[], options: AheadOptions): Ahead | undefined {
  const { settings, seed, journal, fewestRows = FEWEST_ROWS, cores = availableParallelism() } = options;
  const rows = Math.max(0, ...datasets.map(({ interactions }) => interactions.item.length));
  const threads = Math.min(datasets.length, cores) - 1;
  const entry = findEntry(import.meta.url);
  if (threads < 1 || rows < fewestRows || rows > MOST_ROWS || entry === undefined) return undefined;
  const { claims = createClaims(datasets.length) } = options;
  const order: FitOrder = { datasets, settings, seed, claims };
  const workers = Array.from({ length: threads }, () => startThread(entry, order));
  const received = new Map<number, Sent>();
  return {
    take(dataset) {
      const at = datasets.indexOf(dataset);
      if (at < 0 || claim(claims, at) || !awaitClaim(claims, at, PATIENCE)) return undefined;
      for (const { port } of workers) receive(port, received);
      const sent = received.get(at);
      received.delete(at);
      for (const { name, values } of sent?.logs ?? []) journal.log(name, values);
      return sent?.fitted;
    },
    close() {
      for (const { worker } of workers) void worker.terminate();
    },
  };
}

interface Sent {
  readonly fitted: Fitted;
  readonly logs: readonly { name: string; values: Readonly<Record<string, number | string>> }[];
}

function receive(port: MessagePort, into: Map<number, Sent>): void {
  for (;;) {
    const found = receiveMessageOnPort(port) as { message: Sent & { at: number } } | undefined;
    if (found === undefined) return;
    into.set(found.message.at, found.message);
  }
}

function startThread(entry: string, order: FitOrder): { worker: Worker; port: MessagePort } {
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(entry, {
    workerData: { ...order, port: port2 },
    transferList: [port2],
    execArgv: [],
  });
  // A thread that cannot start claims nothing, and one that ends early is not waited for long.
  worker.on('error', () => {});
  worker.unref();
  port1.unref();
  return { worker, port: port1 };
}

/** The thread's module: beside this one in a checkout, beside the CLI's own files where it is built; undefined: not there. */
function findEntry(from: string): string | undefined {
  const here = fileURLToPath(from);
  const source = join(dirname(here), 'checkout.mjs');
  if (here.endsWith('.ts')) return existsSync(source) ? source : undefined;
  return [dirname(here), dirname(dirname(here))]
    .map((folder) => join(folder, 'tacit-fit.js'))
    .find((file) => existsSync(file));
}
