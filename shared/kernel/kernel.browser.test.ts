import { expect, test } from 'vitest';
import { kernelDigest } from './digest.case.ts';
import { kernelConformance } from './kernel.case.ts';
import { loadKernel } from './load.ts';

const builds = ['relaxed', 'simd', 'js'] as const;
for (const build of builds) kernelConformance(build, () => loadKernel({ build }));

test('the browser runs the relaxed build', () => {
  expect(loadKernel().build).toBe('relaxed');
});

test('all builds compute the same bits', () => {
  const digests = new Set(builds.map((build) => kernelDigest(loadKernel({ build }))));
  expect(digests.size).toBe(1);
});
