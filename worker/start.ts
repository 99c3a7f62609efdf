/**
 * What a page starts. Chromium keeps the compiled code of what a worker imports, and none of the worker's own script: so the
 * device is a part of its own, and this says no more than how to get it, and what it will ask for at once: that comes beside
 * it, not after it. What the page asks meanwhile is held for it.
 */

/**
 * The smallest module with a relaxed instruction in it (`i8x16.relaxed_swizzle` of two zeros), to ask an engine whether it
 * knows them before the build that is full of them is loaded.
 */
const RELAXED_PROBE = Uint8Array.of(
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  // one type () -> v128, one function of it
  ...[1, 5, 1, 0x60, 0, 1, 0x7b, 3, 2, 1, 0],
  // its body: i32.const 0, i8x16.splat, twice; swizzle; end
  ...[10, 15, 1, 13, 0, 0x41, 0, 0xfd, 15, 0x41, 0, 0xfd, 15, 0xfd, 0x80, 2, 0x0b],
);

/** What the device imports itself, and tells of where it does not come. */
const ahead = (part: Promise<unknown>): void => void part.catch(() => undefined);

const held: MessageEvent[] = [];
self.onmessage = (event: MessageEvent) => {
  held.push(event);
  // The page's first call, with its options. Who may keep nothing loads nothing to keep it.
  if (event.data.given?.[0]?.consent?.storage) ahead(import('./disk.ts'));
};
const device = import('./main.ts');
const relaxed = globalThis.WebAssembly?.validate(RELAXED_PROBE);
if (relaxed) ahead(import('../shared/kernel/build/relaxed.wasm.ts'));
device.then(({ listen }) => {
  listen(relaxed);
  self.onmessage = null;
  for (const event of held) dispatchEvent(event);
  // The page hears of it as of a script that does not come.
}, reportError);
