import { type ChildProcess, spawn } from 'node:child_process';
import { afterEach, describe, expect, it } from 'vitest';
import { root } from '../../scripts/ready.mjs';
import { describeWithData } from '../data.ts';
import { cardsOf, comeTo, itemsOf, openFirstCards } from './visitor.ts';

const ADDRESS = /^https?:\/\/\S+$/m;
let demo: ChildProcess | undefined;

/** What `npm run demo` starts, as a process of its own, until it prints its address. */
function start(...args: string[]): Promise<{ url: string; seconds: number }> {
  const started = Date.now();
  const child = spawn(process.execPath, ['scripts/demo.mjs', '--port', '0', ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  demo = child;
  let said = '';
  return new Promise((resolve, reject) => {
    const listen = (chunk: Buffer) => {
      said += chunk.toString();
      const url = ADDRESS.exec(said)?.[0];
      if (url !== undefined) resolve({ url, seconds: (Date.now() - started) / 1000 });
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.once('exit', (code) => reject(new Error(`npm run demo ended with ${code}; it said:\n${said}`)));
  });
}

/** Ctrl-C: the terminal tells every process of the command. */
function interrupt(): Promise<number | null> {
  const child = demo;
  demo = undefined;
  if (child?.pid === undefined || child.exitCode !== null) return Promise.resolve(child?.exitCode ?? null);
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  process.kill(-child.pid, 'SIGINT');
  return ended;
}

async function threeViewsChangeTheShelf(url: string): Promise<void> {
  const visitor = await comeTo(url);
  try {
    await visitor.visit('/');
    await visitor.accept();
    const before = await itemsOf(visitor.page, 'for-you');
    expect(before).not.toHaveLength(0);
    const viewed = await openFirstCards(visitor, 'trending', 3);
    await visitor.visit('/');
    const after = await cardsOf(visitor.page, 'for-you');
    expect(after.map(({ item }) => item)).not.toEqual(before);
    const carriers = after.flatMap(({ carrier }) => carrier ?? []);
    expect(carriers.length).toBeGreaterThan(0);
    for (const carrier of carriers) expect(viewed).toContain(carrier);
    expect(visitor.complaints).toEqual([]);
  } finally {
    await visitor.close();
  }
}

/** The command says that it is done, and nothing of it is left behind. */
async function endsCleanly(url: string): Promise<void> {
  expect(await interrupt()).toBe(0);
  await expect(fetch(url)).rejects.toThrow();
}

afterEach(async () => {
  await interrupt();
});

describe('npm run demo', () => {
  it('makes a shop from nothing, serves it, and ends cleanly at Ctrl-C', async () => {
    const { url, seconds } = await start();
    console.info(`npm run demo: ready after ${seconds.toFixed(0)} s`);
    await threeViewsChangeTheShelf(url);
    await endsCleanly(url);
  });
});

describeWithData('npm run demo -- --data', (file) => {
  it('makes the same of Online Retail II', async () => {
    const { url, seconds } = await start(
      '--data',
      file('online-retail-ii/online_retail_II_2009-2010.csv.gz'),
    );
    console.info(`npm run demo -- --data: ready after ${seconds.toFixed(0)} s`);
    await threeViewsChangeTheShelf(url);
    await endsCleanly(url);
  });
});
