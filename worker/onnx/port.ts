import { proxy, transfer, wrap } from 'comlink';
import { RankerRefusal } from '../../shared/onnx/refusal.ts';
import type { FromRanker, RankerApi, ToRanker } from './messages.ts';

/** A ranker's worker as the device holds it. */
export interface RankerPort {
  post(message: ToRanker, transfer: ArrayBufferLike[]): void;
  /** one listener each */
  listen(heard: (message: FromRanker) => void, crashed: (why: string) => void): void;
  end(): void;
}

/**
 * Starts a worker inside this one. From another origin it is imported by a blob, as the device's own.
 * @throws RankerRefusal `ranker-no-worker`
 */
export async function startRankerWorker(script: string): Promise<RankerPort> {
  if (typeof Worker === 'undefined')
    throw new RankerRefusal('ranker-no-worker', 'this browser has no workers inside workers');
  const own = new URL(script).origin === location.origin;
  const address = own ? script : URL.createObjectURL(importing(script));
  let worker: Worker;
  try {
    worker = new Worker(address, { type: 'module', name: 'tacit-ranker' });
  } catch (error) {
    throw new RankerRefusal('ranker-no-worker', `${script}: ${String(error)}`);
  }
  const ranker = wrap<RankerApi>(worker);
  const revoke = (): void => (own ? undefined : URL.revokeObjectURL(address));
  let hear: (message: FromRanker) => void = () => undefined;
  let crash: (why: string) => void = () => undefined;
  return {
    post(message, transferred) {
      const answer =
        message.kind === 'open'
          ? ranker.open(
              message,
              proxy(() => hear({ kind: 'loaded' })),
            )
          : ranker.rank(transfer(message.question, transferred as Transferable[]));
      answer.then(hear, (error: unknown) => crash(String(error)));
    },
    listen(heard, crashed) {
      hear = (message) => {
        revoke();
        heard(message);
      };
      crash = crashed;
      worker.onerror = (event) => {
        event.preventDefault();
        revoke();
        crashed(event.message || `${script} does not start`);
      };
      worker.onmessageerror = () => crashed('its answer cannot be read');
    },
    end() {
      hear = () => undefined;
      crash = () => undefined;
      worker.onerror = null;
      worker.terminate();
    },
  };
}

/** A worker cannot be built from another origin's address, but may import one that allows it (CORS). */
const importing = (script: string): Blob =>
  new Blob([`import ${JSON.stringify(script)}`], { type: 'text/javascript' });
