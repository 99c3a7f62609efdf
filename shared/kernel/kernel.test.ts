import { expect, test } from 'vitest';
import { kernelConformance } from './kernel.case.ts';
import { loadKernel } from './load.ts';

kernelConformance('simd', () => loadKernel({ build: 'simd' }));
kernelConformance('js', () => loadKernel({ build: 'js' }));

test('Node runs the SIMD build', () => {
  expect(loadKernel().build).toBe('simd');
  expect(loadKernel({ build: 'js' }).build).toBe('js');
});
