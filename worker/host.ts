/** What the device takes from its worker: clocks, randomness, network, locks. Handed in, so that Node can test it. */
export interface Host {
  /** wall clock, ms since 1970; may jump */
  now(): number;
  /** ms, shared with the page, moved by no change of the wall clock */
  steady(): number;
  random(bytes: number): Uint8Array;
  /** uniform in [0, 1), for waits and seeds; nothing secret hangs on it */
  uniform(): number;
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** @returns cancels it */
  later(ms: number, work: () => void): () => void;
  /** runs `work` unless another tab holds `name` @returns whether it ran */
  exclusively(name: string, work: () => Promise<void>): Promise<boolean>;
  sha256(bytes: ArrayBuffer): Promise<ArrayBuffer>;
  /** the shopper saves data, or has a slow connection: bytes are dear */
  isFrugal(): boolean;
  /** @returns stops listening */
  onConnection(listener: () => void): () => void;
}

/** The host of a browser's worker; Node has the same globals but for locks. */
export function workerHost(): Host {
  return {
    now: () => Date.now(),
    steady: () => performance.timeOrigin + performance.now(),
    random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
    uniform: () => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32,
    fetch: (url, init) => fetch(url, init),
    later(ms, work) {
      const timer = setTimeout(work, ms);
      return () => clearTimeout(timer);
    },
    exclusively,
    sha256: (bytes) => crypto.subtle.digest('SHA-256', bytes),
    isFrugal() {
      const found = connection();
      return found?.saveData === true || SLOW.includes(found?.effectiveType ?? '');
    },
    onConnection(listener) {
      const found = connection();
      found?.addEventListener('change', listener);
      return () => found?.removeEventListener('change', listener);
    },
  };
}

/** Network Information (WICG), where the browser has it. */
interface Connection extends EventTarget {
  readonly saveData?: boolean;
  readonly effectiveType?: string;
}
const connection = (): Connection | undefined =>
  typeof navigator === 'undefined' ? undefined : (navigator as { connection?: Connection }).connection;
const SLOW: readonly string[] = ['slow-2g', '2g', '3g'];

async function exclusively(name: string, work: () => Promise<void>): Promise<boolean> {
  // Without locks two tabs may send the same batch at once: the server knows events by id and keeps one.
  if (typeof navigator === 'undefined' || navigator.locks === undefined) {
    await work();
    return true;
  }
  return navigator.locks.request(name, { ifAvailable: true }, async (lock) => {
    if (lock !== null) await work();
    return lock !== null;
  });
}
