import { expect, test } from 'vitest';
import { kernelDigest } from './digest.case.ts';
import { loadKernel } from './load.ts';

test('the SIMD build and plain JS compute the same bits', () => {
  expect(kernelDigest(loadKernel({ build: 'simd' }))).toBe(kernelDigest(loadKernel({ build: 'js' })));
});
