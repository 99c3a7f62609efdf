import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { Journal } from '../../../models/contract.ts';
import { awaitClaim, type Claims, claim, createClaims, type Order, type ThreadOrder } from './claims.ts';

/** Work that other threads do while this one does what does not need it. */
export interface Threads<Made> {
  /**
   * A piece of work, waited for where a thread is at it.
   * @returns undefined where no thread is: the caller does it, and no thread will
   */
  take(piece: number): { readonly made: Made } | undefined;
  /** ends the threads */
  close(): void;
}

export interface ThreadOptions {
  readonly journal: Journal;
  /** the machine's, where it is left out */
  readonly cores?: number;
  readonly claims?: Claims;
}

/** ms without a step: a dead thread, since the longest step takes seconds. */
const PATIENCE = 600_000;

/**
 * Has pieces of work done from the last to the first, one at a time in each spare core, while the caller takes them from the
 * first to the last. Who does what depends on the machine, what comes out does not.
 * @param of how many pieces the order has, and how many threads are of use
 * @returns undefined where there is no core to spare
 */
export function startThreads<Made>(
  order: Order,
  { pieces, most }: { readonly pieces: number; readonly most: number },
  { journal, cores = availableParallelism(), claims = createClaims(pieces) }: ThreadOptions,
): Threads<Made> | undefined {
  const threads = Math.min(most, cores - 1);
  const entry = findEntry(import.meta.url);
  if (threads < 1 || entry === undefined) return undefined;
  const workers = Array.from({ length: threads }, () => startThread(entry, { order, claims }));
  const received = new Map<number, Sent<Made>>();
  return {
    take(at) {
      if (at < 0 || claim(claims, at) || !awaitClaim(claims, at, PATIENCE)) return undefined;
      for (const { port } of workers) receive(port, received);
      const sent = received.get(at);
      received.delete(at);
      for (const { name, values } of sent?.logs ?? []) journal.log(name, values);
      return sent;
    },
    close() {
      for (const { worker } of workers) void worker.terminate();
    },
  };
}

interface Sent<Made> {
  readonly made: Made;
  readonly logs: readonly { name: string; values: Readonly<Record<string, number | string>> }[];
}

function receive<Made>(port: MessagePort, into: Map<number, Sent<Made>>): void {
  for (;;) {
    const found = receiveMessageOnPort(port) as { message: Sent<Made> & { at: number } } | undefined;
    if (found === undefined) return;
    into.set(found.message.at, found.message);
  }
}

function startThread(entry: string, order: Omit<ThreadOrder, 'port'>): { worker: Worker; port: MessagePort } {
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(entry, {
    workerData: { ...order, port: port2 } satisfies ThreadOrder,
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
