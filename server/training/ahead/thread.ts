import { workerData } from 'node:worker_threads';
import { wasmArithmetic } from '../arithmetic.ts';
import { fitApart } from '../sources.ts';
import { claim, STATES, settle, sign, type ThreadOrder } from './claims.ts';

// A thread of its own: fits data sets from the last to the first as long as one is left that nobody has claimed.
const { datasets, settings, seed, claims, port } = workerData as ThreadOrder;
const arithmetic = await wasmArithmetic();
for (let at = datasets.length - 1; at >= 0; at--) {
  if (!claim(claims, at)) continue;
  const logs: { name: string; values: Readonly<Record<string, number | string>> }[] = [];
  const journal = {
    stage: () => sign(claims),
    log: (name: string, values: Readonly<Record<string, number | string>>) => logs.push({ name, values }),
  };
  try {
    const fitted = fitApart(datasets[at]!, settings, { arithmetic, journal, seed });
    port.postMessage({ at, fitted, logs });
    settle(claims, at, STATES.done);
  } catch {
    // Whoever asks for it fits it anew, and meets the error where it can be told.
    settle(claims, at, STATES.failed);
  }
}
port.close();
