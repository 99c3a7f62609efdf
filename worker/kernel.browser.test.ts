import { afterEach, describe, expect, test, vi } from 'vitest';
import { loadBestKernel } from './kernel.ts';

describe('the kernel that a browser loads', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  test('is relaxed SIMD where the engine knows it', async () => {
    expect((await loadBestKernel(true))().build).toBe('relaxed');
  });

  test('is SIMD where the engine does not', async () => {
    expect((await loadBestKernel(false))().build).toBe('simd');
  });

  test('is plain JS where there is no WebAssembly, or nothing may be compiled', async () => {
    vi.stubGlobal('WebAssembly', undefined);
    expect((await loadBestKernel(false))().build).toBe('js');
    const forbidden = class {
      constructor() {
        throw new EvalError('no WebAssembly here');
      }
    };
    vi.stubGlobal('WebAssembly', { Module: forbidden, Instance: forbidden });
    expect((await loadBestKernel(true))().build).toBe('js');
  });
});
