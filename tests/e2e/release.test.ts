import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { openStore } from '../../server/store/store.ts';
import { type Installation, install, SITE } from './installation.ts';
import { cardsOf, comeTo, drawn, itemsOf, openFirstCards, type Visitor } from './visitor.ts';
import { openWire, type Wire } from './wire.ts';

const TAKEN_UP = { timeout: 60_000 };

const releaseOf = (page: Page): Promise<string | null> =>
  page.locator('.shelf[data-placement="for-you"]').getAttribute('data-release');

/** A mark that only a page which was never reloaded still carries. */
const mark = (page: Page) => page.evaluate(() => Object.assign(window, { neverReloaded: true }));
const isMarked = (page: Page) => page.evaluate(() => 'neverReloaded' in window);

describe('a new release', () => {
  let shop: Installation;
  let wire: Wire;
  let visitor: Visitor;

  beforeAll(async () => {
    shop = await install({
      from: inject('trainedHome'),
      serverMode: 'events',
      shopMode: 'events',
      refreshEvery: 1000,
    });
    wire = await openWire(shop.url);
  });
  afterAll(async () => {
    await wire?.close();
    await shop?.close();
  });
  beforeEach(async () => {
    visitor = await comeTo(wire.url);
    await visitor.visit('/');
    await visitor.accept();
  });
  afterEach(() => visitor?.close());

  const panel = async () => {
    if (!(await visitor.page.locator('.panel').isVisible()))
      await visitor.page.getByRole('button', { name: 'Privacy and recommendations' }).click();
    return visitor.page.locator('.panel');
  };
  const eventsStored = () => {
    const store = openStore(join(shop.home, 'tacit.db'));
    try {
      return store.events.count(SITE as never);
    } finally {
      store.close();
    }
  };

  /** A handful of new events makes a run that the gate may well refuse. */
  const published = async (...words: string[]) =>
    (await shop.tacit('publish', '--force', 'what is tested is the way, not the model', ...words))['release'];

  it('is made of what shoppers did, taken up by an open page, and left again on rollback', async () => {
    const { page } = visitor;
    await openFirstCards(visitor, 'trending', 3);
    await visitor.visit('/');
    await expect.poll(eventsStored, TAKEN_UP).toBeGreaterThan(3);
    const first = await releaseOf(page);
    expect(first).not.toBe('');
    await mark(page);

    const before = Number((await shop.tacit('train', '--seed', '2'))['interactions']);
    expect(before).toBeGreaterThan(importedInteractions(inject('trainedHome')));
    const second = await published();
    expect(second).not.toBe(first);
    await expect.poll(() => releaseOf(page), TAKEN_UP).toBe(second);
    expect(await itemsOf(page, 'for-you')).not.toHaveLength(0);
    expect(await isMarked(page)).toBe(true);

    const { release, version } = await shop.tacit('rollback');
    expect(release).toBe(first);
    expect(version).toBe(3);
    await expect.poll(() => releaseOf(page), TAKEN_UP).toBe(first);
    expect((await cardsOf(page, 'for-you')).some(({ carrier }) => carrier !== null)).toBe(true);
    expect(await isMarked(page)).toBe(true);
    expect(visitor.complaints).toEqual([]);
  });

  it('with a bit flipped in its shard is refused, and the old one serves until it is whole again', async () => {
    const { page } = visitor;
    await openFirstCards(visitor, 'trending', 2);
    await visitor.visit('/');
    const old = await releaseOf(page);
    const [latest] = runs(shop.home);
    const shard = latest?.parts.find(({ role }) => role === 'shard');
    // Nothing reaches the page between the release and the moment in which the disk turns a bit of it.
    wire.cut();
    const second = await published('--run', latest?.run ?? '');
    expect(second).not.toBe(old);
    const heal = flipBit(shop.home, shard?.sha256 ?? '');
    wire.mend();

    const troubles = (await panel()).locator('.troubles');
    await expect.poll(() => troubles.textContent().catch(() => ''), TAKEN_UP).toContain('part-hash');
    expect(await releaseOf(page)).toBe(old);
    await visitor.page.reload();
    await drawn(page);
    expect(await releaseOf(page)).toBe(old);
    expect((await cardsOf(page, 'for-you')).some(({ carrier }) => carrier !== null)).toBe(true);

    heal();
    // What was refused is not tried again at every look, but by the next page.
    await visitor.page.reload();
    await drawn(page);
    await expect.poll(() => releaseOf(page), TAKEN_UP).toBe(second);
  });
});

function importedInteractions(home: string): number {
  const store = openStore(join(home, 'tacit.db'));
  try {
    return store.interactions.count(SITE as never);
  } finally {
    store.close();
  }
}

function runs(home: string) {
  const store = openStore(join(home, 'tacit.db'));
  try {
    return store.runs.list(SITE as never);
  } finally {
    store.close();
  }
}

/**
 * Turns one bit of an artefact where it lies on the server's disk, and takes its compressed twins away so that these very
 * bytes are served.
 * @returns puts everything back
 */
function flipBit(home: string, sha256: string): () => void {
  const folder = join(home, 'artifacts', sha256.slice(0, 2));
  const files = readdirSync(folder)
    .filter((name) => name.startsWith(sha256))
    .map((name) => join(folder, name));
  const whole = files.map((file) => [file, readFileSync(file)] as const);
  for (const [file, bytes] of whole) {
    if (!file.endsWith(sha256)) {
      rmSync(file);
      continue;
    }
    const flipped = Buffer.from(bytes);
    const middle = flipped.length >> 1;
    flipped[middle] = (flipped[middle] ?? 0) ^ 1;
    writeFileSync(file, flipped);
  }
  return () => {
    for (const [file, bytes] of whole) writeFileSync(file, bytes);
  };
}
