/** What a shop's device calls: it keeps no residuals, so nothing is rescored there. */
export { clear, dense, embed, gather, spread, transpose } from './dense.ts';
export { pack, quantised, round } from './quantised.ts';
export { measure, scan, score, shift } from './scan.ts';

/** First byte that the module does not use itself. */
export function base(): usize {
  return __heap_base;
}
