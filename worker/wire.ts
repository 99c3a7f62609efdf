/** What no device needs that serves what it keeps: releases off the wire, tried, kept, and tried again. */
export { fetchPart } from './sync/download.ts';
export { look } from './sync/look.ts';
export { prove, tryAgain } from './sync/prove.ts';
export { keep } from './sync/shelve.ts';
