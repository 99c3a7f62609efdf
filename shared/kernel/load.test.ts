import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';

const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
const load = new URL('./load.ts', import.meta.url).href;
const program = `
  const { loadKernel } = await import(${JSON.stringify(load)});
  const asked = (options) => { try { return loadKernel(options).build; } catch (error) { return error.name + ' ' + error.code; } };
  const table = loadKernel().table({ dims: 2, rows: Int8Array.of(1, 2, 3, 4), scales: Float32Array.of(1, 0.5) });
  console.log(JSON.stringify([asked(), asked({ build: 'simd' }), asked({ build: 'js' }), [...table.scan(Int8Array.of(1, 1), 2).scores]]));
`;
/** What a real engine with the given limits answers: default build, SIMD asked for, JS asked for, scores. */
const underFlags = (...flags: string[]): unknown =>
  JSON.parse(
    execFileSync(process.execPath, [...flags, '--import', tsx, '--input-type=module', '-e', program], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  );

describe('loadKernel', () => {
  test('takes SIMD where the engine has it', () => {
    expect(underFlags()).toEqual(['simd', 'simd', 'js', [3.5, 3]]);
  });
  test('falls back where there is no WebAssembly at all', () => {
    expect(underFlags('--no-expose-wasm')).toEqual(['js', 'KernelError build', 'js', [3.5, 3]]);
  });
  test.runIf(process.arch === 'x64')(
    'falls back on a processor without SSE4.1, which has no WebAssembly SIMD',
    () => {
      expect(underFlags('--no-enable-sse4-1')).toEqual(['js', 'KernelError build', 'js', [3.5, 3]]);
    },
  );
});
