/**
 * The async embed, a classic script that a page inlines or loads with `async`: `tacit(method, ...)` works at once, before
 * the SDK is there, and each call answers with a promise.
 *
 *     <script src="https://shop.example/tacit/snippet.js" async></script>
 *     <script>
 *       window.tacit = window.tacit || function () {
 *         return new Promise((answer) => (tacit.queue = tacit.queue || []).push([[...arguments], answer]));
 *       };
 *       tacit('init', { site: 'shop', url: 'https://shop.example', keys: ['...'] });
 *       tacit('recommend', { placement: 'for-you' }).then(draw);
 *     </script>
 *
 * Inlined, its tag says where the SDK is: `<script data-tacit-sdk="/tacit/tacit.js">`.
 */
import type { Tacit, TacitOptions } from './contract.ts';

type Command = readonly [method: string, ...given: unknown[]];
type Waiting = [command: Command, answer: (value: unknown) => void];
interface Stub {
  (...command: Command): Promise<unknown>;
  queue?: Waiting[];
}
interface Sdk {
  createTacit(options: TacitOptions): Tacit;
}

const page = globalThis as typeof globalThis & { tacit?: Stub };

function install(sdkUrl: string): void {
  const waiting: Waiting[] = page.tacit?.queue ?? [];
  let instance: Tacit | undefined;
  let loading: Promise<Sdk> | undefined;

  const run = async ([method, ...given]: Command): Promise<unknown> => {
    if (method === 'init') {
      loading ??= import(/* @vite-ignore */ sdkUrl) as Promise<Sdk>;
      const { createTacit } = await loading;
      instance ??= createTacit(given[0] as TacitOptions);
      return undefined;
    }
    const call = instance?.[method as keyof Tacit] as ((...given: unknown[]) => unknown) | undefined;
    if (typeof call !== 'function') throw new Error(`tacit: no method ${method}`);
    return call(...given);
  };

  // Calls keep their order: the first is `init`, and whatever came before it waits for it.
  let turn: Promise<unknown> = Promise.resolve();
  const drain = (): void => {
    const first = waiting.findIndex(([[method]]) => method === 'init');
    if (instance === undefined && loading === undefined && first < 0) return;
    if (first > 0) waiting.unshift(...waiting.splice(first, 1));
    for (const [command, answer] of waiting.splice(0)) {
      turn = turn
        .then(() => run(command))
        .catch((error: unknown) => console.error('tacit', error))
        .then(answer);
    }
  };
  const stub: Stub = (...command) =>
    new Promise((answer) => {
      waiting.push([command, answer]);
      drain();
    });
  stub.queue = waiting;
  page.tacit = stub;
  drain();
}

const tag = typeof document === 'undefined' ? null : (document.currentScript as HTMLScriptElement | null);
if (tag !== null)
  install(new URL(tag.dataset['tacitSdk'] ?? 'tacit.js', tag.src === '' ? location.href : tag.src).href);
