/**
 * What a page starts. Chromium keeps the compiled code of what a worker imports, and none of the worker's own script: so the
 * device is a part of its own, and this says no more than how to get it. What the page asks meanwhile is held for it.
 */
const held: MessageEvent[] = [];
self.onmessage = (event: MessageEvent) => {
  held.push(event);
};
import('./main.ts').then(() => {
  self.onmessage = null;
  for (const event of held) dispatchEvent(event);
  // The page hears of it as of a script that does not come.
}, reportError);
