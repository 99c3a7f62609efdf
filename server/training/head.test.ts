import { brotliCompressSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeNeighbours } from '../../shared/bundle/neighbours.ts';
import { decodeShard } from '../../shared/bundle/shard.ts';
import { closeEngine } from '../../shared/engine/engine.ts';
import { goldenSlate } from '../../shared/engine/golden.ts';
import { loadKernel } from '../../shared/kernel/load.ts';
import { partsOfLevel } from '../../shared/protocol/level.ts';
import type { BundlePart } from './contract.ts';
import { openParts } from './fits.ts';
import { HEAD_BYTES, withHead } from './head.ts';
import { type SyntheticRelease, syntheticRelease } from './synthetic.case.ts';

const kernel = loadKernel();
const ITEMS = 20_000;
const A_MEGABYTE = 1_000_000;

/** What a device loads before its first slate. */
const first = ({ parts }: SyntheticRelease): BundlePart[] => partsOfLevel(parts, 'head');

describe('the head of a release of 20,000 items', () => {
  let release: SyntheticRelease;
  beforeAll(() => {
    // Nothing is left out: two tables, the deep ranker and all lists make the heaviest items.
    const bytes = { form: 'brotli', anItem: 1000, least: 0 } as const;
    release = syntheticRelease({ items: ITEMS, seed: 2, kernel, bytes });
  }, 120_000);

  it('is less than a megabyte with the weights that it shares, before compression and after', () => {
    const raw = first(release).reduce((sum, { bytes }) => sum + bytes.length, 0);
    const brotli = first(release).reduce((sum, { bytes }) => sum + brotliCompressSync(bytes).length, 0);
    expect(raw).toBeLessThanOrEqual(HEAD_BYTES);
    expect(raw).toBeGreaterThan(0.9 * HEAD_BYTES);
    expect(brotli).toBeLessThanOrEqual(A_MEGABYTE);
  });

  it('holds the most popular items and says of them what the release says', () => {
    const shardOf = (level: 'head' | undefined) =>
      decodeShard(release.parts.find((part) => part.role === 'shard' && part.level === level)!.bytes);
    const [head, whole] = [shardOf('head'), shardOf(undefined)];
    expect(head.items).toBe(release.head?.items);
    const popularity = whole.column('popularity');
    const least = Math.min(...head.column('popularity'));
    expect(popularity.filter((value) => value > least).length).toBeLessThanOrEqual(head.items);
    const { dims } = head.embeddings;
    for (let row = 0; row < head.items; row += 97) {
      const at = whole.ids.indexOf(head.ids.idAt(row));
      expect(head.embeddings.rows.subarray(row * dims, (row + 1) * dims)).toEqual(
        whole.embeddings.rows.subarray(at * dims, (at + 1) * dims),
      );
    }
  });

  it('has every list that the whole has, of its own items', () => {
    const lists = (level: 'head' | undefined) =>
      release.parts.filter(
        (part) => part.level === level && !['shard', 'weights', 'cards'].includes(part.role),
      );
    const [head, whole] = [lists('head'), lists(undefined)];
    expect(head.map(({ role }) => role)).toEqual(whole.map(({ role }) => role));
    expect(head.length).toBeGreaterThan(3);
    for (const { bytes } of head) expect(decodeNeighbours(bytes).items).toBe(release.head?.items);
  });

  it('answers its golden input by itself', () => {
    const engine = openParts(
      first(release).filter(({ role }) => role !== 'cards'),
      kernel,
    );
    const { golden } = release.head!;
    expect(goldenSlate(engine, golden)).toEqual(golden.expected);
    closeEngine(engine);
  });

  it('is not cut from a release that is light enough, nor where too few items would be left', () => {
    const whole = { parts: release.parts.filter(({ level }) => level === undefined), golden: release.golden };
    const cut = (budget: number) => withHead(whole, () => release.golden, budget).head;
    expect(cut(10_000_000)).toBeUndefined();
    expect(cut(40_000)).toBeUndefined();
    expect(cut(600_000)!.items).toBeLessThan(release.head!.items);
  });
});
