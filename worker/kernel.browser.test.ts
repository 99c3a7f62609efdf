import { afterEach, describe, expect, test } from 'vitest';
import { loadBestKernel } from './kernel.ts';

const { validate } = WebAssembly;

describe('the kernel that a browser loads', () => {
  afterEach(() => {
    WebAssembly.validate = validate;
  });

  test('is relaxed SIMD where the engine knows it', async () => {
    expect((await loadBestKernel())().build).toBe('relaxed');
  });

  test('is SIMD where the engine does not', async () => {
    WebAssembly.validate = (bytes) => (bytes as ArrayBufferView).byteLength > 100 && validate(bytes);
    expect((await loadBestKernel())().build).toBe('simd');
  });

  test('is plain JS where nothing may be compiled', async () => {
    WebAssembly.validate = () => {
      throw new TypeError('no WebAssembly here');
    };
    expect((await loadBestKernel())().build).toBe('js');
  });
});
