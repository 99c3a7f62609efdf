import { expect, test } from 'vitest';

/** What a document under a real content security policy answers. */
async function underPolicy(policy: string): Promise<string> {
  const frame = document.createElement('iframe');
  const answer = new Promise<string>((resolve) => {
    addEventListener('message', (event: MessageEvent<unknown>) => {
      if (event.source === frame.contentWindow && typeof event.data === 'string') resolve(event.data);
    });
  });
  const url = JSON.stringify(new URL('./load.ts', import.meta.url).href);
  frame.srcdoc = `<meta http-equiv="Content-Security-Policy" content="${policy}"><script type="module">
    import(${url}).then(
      ({ loadKernel }) => parent.postMessage(loadKernel().build, '*'),
      (error) => parent.postMessage('failed: ' + error, '*'));
  </script>`;
  document.body.append(frame);
  const said = await answer;
  frame.remove();
  return said;
}

test('a policy that forbids compiling WebAssembly gets plain JS, one that allows it relaxed SIMD', async () => {
  expect(await underPolicy("script-src 'self' 'unsafe-inline'")).toBe('js');
  expect(await underPolicy("script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'")).toBe('relaxed');
});
