import { type Caller, caller } from '../shared/protocol/calls.ts';
import {
  type DeviceApi,
  type DeviceNotice,
  type DeviceOptions,
  isRefusal,
} from '../shared/protocol/device.ts';
import type { SlateCause } from '../shared/protocol/slate.ts';
import { WorkerForbidden } from './worker-start.ts';

export const MOST_RESTARTS = 3;

/** Why the worker does not answer, in a slate's words. */
export class ConnectionFailure extends Error {
  override readonly name = 'ConnectionFailure';
  readonly why: Extract<SlateCause, 'worker-starting' | 'worker-failed' | 'worker-timeout' | 'closed'>;
  constructor(cause: ConnectionFailure['why'], message: string) {
    super(message);
    this.why = cause;
  }
}

export type Device = Caller<Omit<DeviceApi, 'listen'>>;

export interface ConnectionOptions {
  /** @param forbid to be called where the page's policy forbids what was spawned */
  spawn(forbid: () => void): Promise<Worker>;
  /** asked at every start: consent may have changed since the last */
  deviceOptions(): Promise<DeviceOptions>;
  onNotice(notice: DeviceNotice): void;
  /** a worker is starting, for the first time or again: what is asked here comes before every other call */
  onStarting(device: Device): void;
  trouble(code: string, message: string): void;
  /** ms; the defaults are for shops, tests are less patient */
  patience?: Partial<Patience>;
}

export interface Patience {
  /** a worker's first answer, its script's download included */
  start: number;
  /** any other answer: a worker that is silent for longer hangs, and is replaced */
  answer: number;
  /** how long a call waits for a worker that is starting */
  wait: number;
  /** before the first restart; doubles */
  restart: number;
}
const PATIENCE: Patience = { start: 20_000, answer: 5_000, wait: 3_000, restart: 500 };

export interface Connection {
  /**
   * Posted at once, behind the start: a worker that is still starting answers in order.
   * @param deadline ms for the answer; `null` for work that may rightly take long, such as a download
   * @throws ConnectionFailure, or what the device threw
   */
  call<T>(work: (device: Device) => Promise<T>, deadline?: number | null): Promise<T>;
  close(): Promise<void>;
}

interface Life {
  readonly worker: Worker;
  readonly device: Device;
  /** true when this worker has answered its start, false when it is given up before; never rejects */
  readonly started: Promise<boolean>;
  /**
   * `work`, unless this worker is given up first. Not a race with one long promise: that would remember every call that
   * was ever made.
   */
  orDead<T>(work: Promise<T>): Promise<T>;
  start(): void;
  end(failure: ConnectionFailure): void;
}

/**
 * Holds a worker through its crashes: replaced at most MOST_RESTARTS times, with a growing wait. What kills a worker
 * without a word (memory) shows only as silence, so silence past a deadline counts as a crash.
 */
export function connect(options: ConnectionOptions): Connection {
  const patience = { ...PATIENCE, ...options.patience };
  let restarts = 0;
  let ended: ConnectionFailure | undefined;
  let life: Life | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let next = deferred<Life>();

  /** nobody lives: whoever asks from now on waits for the next worker, if one is to come */
  const vacate = (failure: ConnectionFailure): void => {
    life?.end(failure);
    if (life !== undefined) next = deferred();
    life = undefined;
    if (ended !== undefined) next.reject(ended);
  };

  const crashed = (which: Life | undefined, why: string, forGood = false): void => {
    if (ended !== undefined || which !== life) return;
    options.trouble('worker-crash', why);
    if (forGood || restarts >= MOST_RESTARTS) {
      ended = new ConnectionFailure('worker-failed', `${restarts} restarts: ${why}`);
      options.trouble('worker-failed', ended.message);
    } else {
      timer = setTimeout(() => void begin(), patience.restart * 2 ** restarts);
      restarts += 1;
    }
    vacate(new ConnectionFailure('worker-starting', why));
  };

  const begin = async (): Promise<void> => {
    let mine: Life | undefined;
    let forbidden = false;
    const forbid = (): void => {
      forbidden = true;
    };
    try {
      // First of all: its thread and script start while the page does the rest.
      mine = lifeOf(await options.spawn(forbid), options.onNotice);
      if (ended !== undefined) return mine.end(ended);
      life = mine;
      const { worker, device } = mine;
      worker.addEventListener('error', (event) => {
        // Else it would be an uncaught error of the shop's page, and a line in the shop's own monitoring.
        event.preventDefault();
        crashed(mine, `worker: ${forbidden ? 'forbidden by policy' : event.message}`, forbidden);
      });
      const told = await options.deviceOptions();
      // The rest in a task of its own: the one that opens the page has enough to do, and the script is still on its way.
      await new Promise((resolve) => setTimeout(resolve));
      if (life !== mine) return;
      const starting = device('start', told);
      options.onStarting(device);
      next.resolve(mine);
      await within(patience.start, mine, starting);
      mine.start();
    } catch (error) {
      const refused = isRefusal(error);
      if (refused) options.trouble('options-invalid', error.message);
      crashed(mine, `no start: ${error}`, refused || error instanceof WorkerForbidden);
    }
  };
  void begin();

  /** Asks the worker that is there or coming; one that dies before it has started has done nothing, so the next is asked. */
  const ask = async <T>(work: (device: Device) => Promise<T>): Promise<readonly [Life, () => Promise<T>]> => {
    for (;;) {
      const mine = await next.promise;
      const answer = mine.orDead(work(mine.device));
      answer.catch(() => undefined);
      if (await mine.started) return [mine, () => answer];
    }
  };

  return {
    async call(work, deadline = patience.answer) {
      const late = () => new ConnectionFailure('worker-starting', `no worker for ${patience.wait} ms`);
      const [mine, answer] = await timeLimit(patience.wait, ask(work), late);
      if (deadline === null) return answer();
      try {
        return await within(deadline, mine, answer());
      } catch (error) {
        if (error instanceof ConnectionFailure && error.why === 'worker-timeout')
          crashed(mine, error.message);
        throw error;
      }
    },
    async close() {
      if (ended !== undefined) return;
      const last = life;
      ended = new ConnectionFailure('closed', 'closed');
      clearTimeout(timer);
      if (last !== undefined) await within(1_000, last, last.device('close')).catch(() => undefined);
      vacate(ended);
    },
  };
}

function lifeOf(worker: Worker, onNotice: (notice: DeviceNotice) => void): Life {
  const waiting = new Set<(failure: ConnectionFailure) => void>();
  let ended: ConnectionFailure | undefined;
  const { promise: started, resolve } = deferred<boolean>();
  return {
    worker,
    device: caller<DeviceApi>(worker, onNotice),
    started,
    orDead: (work) =>
      new Promise((resolve, reject) => {
        if (ended !== undefined) return reject(ended);
        waiting.add(reject);
        work.then(resolve, reject).finally(() => waiting.delete(reject));
      }),
    start: () => resolve(true),
    end(failure) {
      // A terminated worker answers nothing: whoever waits is told here.
      worker.terminate();
      resolve(false);
      ended = failure;
      for (const reject of waiting) reject(failure);
      waiting.clear();
    },
  };
}

const within = <T>(ms: number, life: Life, work: Promise<T>): Promise<T> =>
  timeLimit(ms, life.orDead(work), () => new ConnectionFailure('worker-timeout', `silent for ${ms} ms`));

/** A page that was frozen finds its timers late and its messages unread: such a deadline is given once more. */
function timeLimit<T>(ms: number, work: Promise<T>, failure: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    let timer: ReturnType<typeof setTimeout>;
    const wait = (): void => {
      const since = performance.now();
      timer = setTimeout(() => {
        if (performance.now() - since > ms * 2 + 1_000) wait();
        else reject(failure());
      }, ms);
    };
    wait();
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

interface Deferred<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(error: Error): void;
}

function deferred<T>(): Deferred<T> {
  let resolve!: (value: T) => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  // Nobody may be waiting when it fails.
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}
