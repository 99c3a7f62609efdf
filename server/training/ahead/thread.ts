import { workerData } from 'node:worker_threads';
import type { Journal } from '../../../models/contract.ts';
import { trainRanker } from '../../../models/ranker/train.ts';
import { wasmArithmetic } from '../arithmetic.ts';
import { fitApart } from '../sources.ts';
import { claim, STATES, settle, sign, type ThreadOrder } from './claims.ts';

// A thread of its own: does the work from the last piece to the first as long as one is left that nobody has claimed.
const { order, claims, port } = workerData as ThreadOrder;
const arithmetic = await wasmArithmetic();

const pieces = order.kind === 'fit' ? order.datasets.length : order.lessons.length;

function work(at: number, journal: Journal): unknown {
  const tools = { arithmetic, journal };
  if (order.kind === 'fit')
    return fitApart(order.datasets[at]!, order.settings, { ...tools, seed: order.seed });
  const { lists, settings } = order.lessons[at]!;
  return trainRanker(lists, settings, tools);
}

for (let at = pieces - 1; at >= 0; at--) {
  if (!claim(claims, at)) continue;
  const logs: { name: string; values: Readonly<Record<string, number | string>> }[] = [];
  const journal: Journal = {
    stage: () => sign(claims),
    log: (name, values) => logs.push({ name, values }),
  };
  try {
    port.postMessage({ at, made: work(at, journal), logs });
    settle(claims, at, STATES.done);
  } catch {
    // Whoever asks for it does it anew, and meets the error where it can be told.
    settle(claims, at, STATES.failed);
  }
}
port.close();
