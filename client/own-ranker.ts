import type { OutsideRankerOptions } from '../shared/protocol/device.ts';
import type { RankerOption } from './contract.ts';

/** ms that a slate may wait for a shop's own ranker */
const PATIENCE = 100;

/**
 * Where a shop's own ranker lies, as its worker is told.
 * @throws TypeError of an address that is none
 */
export function outsideRanker(ranker: RankerOption, workerUrl: string): OutsideRankerOptions {
  const from = (url: string, base = location.href): string => new URL(url, base).href;
  return {
    deadline: PATIENCE,
    ...ranker,
    url: from(ranker.url),
    sidecar: from(ranker.sidecar),
    script: from(ranker.scriptUrl ?? from('tacit-ranker.js', from(workerUrl))),
  };
}
