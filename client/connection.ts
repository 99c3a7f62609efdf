import { proxy, type Remote, wrap } from 'comlink';
import type { DeviceApi, DeviceNotice, DeviceOptions } from '../shared/protocol/device.ts';
import type { SlateCause } from '../shared/protocol/slate.ts';

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

export type Device = Remote<DeviceApi>;

export interface ConnectionOptions {
  spawn(): Promise<Worker>;
  /** asked at every start: consent may have changed since the last */
  deviceOptions(): DeviceOptions;
  onNotice(notice: DeviceNotice): void;
  /** the worker runs, for the first time or again: what it does not know yet is told now */
  onStarted(device: Device): void;
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
   * @param deadline ms for the answer; `null` for work that may rightly take long, such as a download
   * @throws ConnectionFailure, or what the device threw
   */
  call<T>(work: (device: Device) => Promise<T>, deadline?: number | null): Promise<T>;
  close(): Promise<void>;
}

interface Life {
  readonly worker: Worker;
  readonly device: Device;
  /** rejects when this worker is given up; never resolves */
  readonly dead: Promise<never>;
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
  let running = deferred<Life>();

  const crashed = (which: Life | undefined, why: string): void => {
    if (ended !== undefined || which !== life) return;
    life?.end(new ConnectionFailure('worker-starting', why));
    life = undefined;
    options.trouble('worker-crash', why);
    running = running.settled ? deferred<Life>() : running;
    if (restarts >= MOST_RESTARTS) {
      ended = new ConnectionFailure('worker-failed', `gave up after ${MOST_RESTARTS} restarts: ${why}`);
      options.trouble('worker-failed', ended.message);
      running.reject(ended);
      return;
    }
    timer = setTimeout(() => void begin(), patience.restart * 2 ** restarts);
    restarts += 1;
  };

  const begin = async (): Promise<void> => {
    let mine: Life | undefined;
    try {
      mine = lifeOf(await options.spawn());
      if (ended !== undefined) return mine.end(ended);
      life = mine;
      mine.worker.addEventListener('error', (event) => {
        // Else it would be an uncaught error of the shop's page, and a line in the shop's own monitoring.
        event.preventDefault();
        crashed(mine, `worker error: ${event.message}`);
      });
      mine.worker.addEventListener('messageerror', () => crashed(mine, 'worker sent what cannot be read'));
      await within(patience.start, mine, mine.device.start(options.deviceOptions()));
      await mine.device.listen(proxy(options.onNotice));
      running.resolve(mine);
      options.onStarted(mine.device);
    } catch (error) {
      crashed(mine, `the worker does not start: ${messageOf(error)}`);
    }
  };
  void begin();

  const ready = (): Promise<Life> => {
    if (ended !== undefined) return Promise.reject(ended);
    return timeLimit(
      patience.wait,
      running.promise,
      () => new ConnectionFailure('worker-starting', `no worker yet after ${patience.wait} ms`),
    );
  };

  return {
    async call(work, deadline = patience.answer) {
      const mine = await ready();
      try {
        if (deadline === null) return await Promise.race([work(mine.device), mine.dead]);
        return await within(deadline, mine, work(mine.device));
      } catch (error) {
        if (error instanceof ConnectionFailure && error.why === 'worker-timeout')
          crashed(mine, error.message);
        throw error;
      }
    },
    async close() {
      if (ended !== undefined) return;
      const last = life;
      ended = new ConnectionFailure('closed', 'closed by the page');
      clearTimeout(timer);
      if (!running.settled) running.reject(ended);
      if (last === undefined) return;
      await within(1_000, last, last.device.close()).catch(() => undefined);
      last.end(ended);
    },
  };
}

function lifeOf(worker: Worker): Life {
  const { promise: dead, reject } = deferred<never>();
  return {
    worker,
    device: wrap<DeviceApi>(worker),
    dead,
    end(failure) {
      // A terminated worker answers nothing: whoever waits is told here.
      worker.terminate();
      reject(failure);
    },
  };
}

const within = <T>(ms: number, life: Life, work: Promise<T>): Promise<T> =>
  timeLimit(
    ms,
    Promise.race([work, life.dead]),
    () => new ConnectionFailure('worker-timeout', `no answer from the worker within ${ms} ms`),
  );

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
  readonly settled: boolean;
  resolve(value: T): void;
  reject(error: Error): void;
}

function deferred<T>(): Deferred<T> {
  let resolve!: (value: T) => void;
  let reject!: (error: Error) => void;
  let settled = false;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  // Nobody may be waiting when it fails.
  promise.catch(() => undefined);
  return {
    promise,
    get settled() {
      return settled;
    },
    resolve(value) {
      settled = true;
      resolve(value);
    },
    reject(error) {
      settled = true;
      reject(error);
    },
  };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
