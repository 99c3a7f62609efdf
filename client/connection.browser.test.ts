import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DeviceOptions } from '../shared/protocol/device.ts';
import { type Connection, connect, MOST_RESTARTS, type Patience } from './connection.ts';

/**
 * Real workers that speak the calls' wire (a name, arguments, an answer by id) and misbehave for real: what a crash, a
 * hang or an early death of a worker does to a page cannot be shown with a double.
 */
const script = (body: string): string =>
  URL.createObjectURL(
    new Blob(
      [
        `const answer = (id, value) => postMessage({ id, value });
        const methods = { start: () => 1, close: () => 1, ${body} };
        onmessage = ({ data: { id, name, given } }) => {
          const method = methods[name];
          if (method) { const value = method(id, given); if (value !== undefined) answer(id, value); }
        };`,
      ],
      { type: 'text/javascript' },
    ),
  );

const WELL = script('status: () => "well"');
const HANGS = script('status: () => { for (;;); }');
const THROWS = script('status: () => { setTimeout(() => { throw new Error("worker bug"); }); }');
const SILENT = script('start: () => undefined');
const NO_SCRIPT = URL.createObjectURL(new Blob(['this is no script ('], { type: 'text/javascript' }));

const OPTIONS = { site: 'shop' } as DeviceOptions;
const QUICK: Patience = { start: 300, answer: 300, wait: 2_000, restart: 10 };

describe('the connection to the worker', () => {
  let troubles: string[];
  let spawned: string[];
  let started: number;
  let connection: Connection;
  let uncaught: string[];
  const note = (event: ErrorEvent): void => void uncaught.push(event.message);

  beforeEach(() => {
    uncaught = [];
    addEventListener('error', note);
    troubles = [];
    spawned = [];
    started = 0;
  });
  afterEach(async () => {
    removeEventListener('error', note);
    await connection.close();
  });

  /** @param lives scripts of the first worker, the next, ...; the last one again and again */
  const open = (lives: readonly string[], patience: Partial<Patience> = {}): Connection => {
    connection = connect({
      async spawn() {
        const url = lives[Math.min(spawned.length, lives.length - 1)] ?? '';
        spawned.push(url);
        return new Worker(url);
      },
      deviceOptions: async () => OPTIONS,
      onNotice: () => undefined,
      onStarting: () => {
        started += 1;
      },
      trouble: (code) => troubles.push(code),
      patience: { ...QUICK, ...patience },
    });
    return connection;
  };
  const status = () => connection.call(async (device) => (await device('status')) as unknown as string);
  const failure = () => status().catch((error) => error.why);

  test('carries a call to the worker and its answer back', async () => {
    open([WELL]);
    expect(await status()).toBe('well');
    expect([spawned.length, started, troubles.length]).toEqual([1, 1, 0]);
  });

  test('replaces a worker that throws, and the next call is answered', async () => {
    open([THROWS, WELL]);
    expect(await failure()).toBe('worker-starting');
    expect(await status()).toBe('well');
    expect(troubles).toEqual(['worker-crash']);
    expect(started).toBe(2);
    expect(uncaught).toEqual([]);
  });

  test('replaces a worker that hangs', async () => {
    open([HANGS, WELL]);
    expect(await failure()).toBe('worker-timeout');
    expect(await status()).toBe('well');
    expect(spawned).toHaveLength(2);
  });

  test('replaces a worker that never answers its start', async () => {
    open([SILENT, WELL]);
    expect(await status()).toBe('well');
    expect(troubles).toEqual(['worker-crash']);
  });

  test('gives up after three restarts, says so once, and fails every call at once', async () => {
    open([NO_SCRIPT]);
    expect(await failure()).toBe('worker-failed');
    expect(spawned).toHaveLength(1 + MOST_RESTARTS);
    expect(troubles.filter((code) => code === 'worker-failed')).toHaveLength(1);
    expect(await failure()).toBe('worker-failed');
    expect(spawned).toHaveLength(1 + MOST_RESTARTS);
  });

  test('says that the worker is starting to a call that would wait too long', async () => {
    open([SILENT, WELL], { wait: 50, start: 1_000 });
    expect(await failure()).toBe('worker-starting');
  });

  test('lets a download take its time', async () => {
    const slow = script('refresh: (id) => { setTimeout(() => answer(id, true), 700); }');
    open([slow]);
    expect(await connection.call((device) => device('refresh'), null)).toBe(true);
    expect(troubles).toEqual([]);
  });

  test('is closed for good: calls fail by name, and no worker starts any more', async () => {
    open([WELL]);
    await status();
    await connection.close();
    expect(await failure()).toBe('closed');
    expect(spawned).toHaveLength(1);
  });

  test('starts no worker when it was closed before the first one came', async () => {
    open([WELL]);
    await connection.close();
    expect(await failure()).toBe('closed');
    expect(started).toBe(0);
  });
});
