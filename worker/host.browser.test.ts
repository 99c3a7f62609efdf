import { describe, expect, test } from 'vitest';
import { workerHost } from './host.ts';

describe('the worker’s host', () => {
  const host = workerHost();

  test('lets one tab at a time do what is exclusive, and says who did', async () => {
    let release = (): void => undefined;
    const ran: string[] = [];
    const one = host.exclusively('test-lock', () => {
      ran.push('one');
      return new Promise((resolve) => {
        release = resolve;
      });
    });
    await expect.poll(() => ran, { timeout: 10_000 }).toEqual(['one']);
    expect(await host.exclusively('test-lock', async () => void ran.push('two'))).toBe(false);
    release();
    expect(await one).toBe(true);
    expect(await host.exclusively('test-lock', async () => void ran.push('three'))).toBe(true);
    expect(ran).toEqual(['one', 'three']);
  });

  test('lets go where the work fails', async () => {
    const failing = host.exclusively('test-lock', () => Promise.reject(new Error('work')));
    await expect(failing).rejects.toThrow('work');
    expect(await host.exclusively('test-lock', async () => undefined)).toBe(true);
  });

  test('has a steady clock that a worker shares', async () => {
    const url = URL.createObjectURL(
      new Blob(['postMessage(performance.timeOrigin + performance.now())'], { type: 'text/javascript' }),
    );
    const before = host.steady();
    const worker = new Worker(url);
    const there = await new Promise<number>((resolve) => {
      worker.onmessage = ({ data }) => resolve(data);
    });
    worker.terminate();
    // The two origins are rounded apart: what counts is that an age of seconds is one.
    expect(there).toBeGreaterThan(before - 50);
    expect(there).toBeLessThan(host.steady() + 50);
  });

  test('hashes, draws and can be kept from waiting', async () => {
    const digest = new Uint8Array(await host.sha256(new TextEncoder().encode('abc').buffer));
    expect(Array.from(digest.slice(0, 4))).toEqual([0xba, 0x78, 0x16, 0xbf]);
    expect(host.random(10)).not.toEqual(host.random(10));
    let late = false;
    host.later(1, () => {
      late = true;
    })();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(late).toBe(false);
  });
});
