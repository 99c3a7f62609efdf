import { expect, test } from 'vitest';
import { loadKernel } from '../kernel/load.ts';
import { GOLDEN_DIGEST, goldenDigest } from './golden.case.ts';

test.each(['relaxed', 'simd', 'js'] as const)(
  'golden slates come out as pinned from the %s build in a browser',
  (build) => {
    expect(goldenDigest(loadKernel({ build }))).toBe(GOLDEN_DIGEST);
  },
);
