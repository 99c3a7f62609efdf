import { describe, expect, test } from 'vitest';
import { seededDraw } from '../engine/reranking/draw.ts';
import { shardInput, sparse } from '../engine/shop.case.ts';
import { encodeCards } from './cards.ts';
import { checkPart } from './check.ts';
import { decodeNeighbours, encodeNeighbours } from './neighbours.ts';
import { decodeShard, encodeShard } from './shard.ts';

const shop = { items: 300, seed: 5 };
const shard = encodeShard(shardInput(shop, seededDraw(shop.seed)));
const lists = encodeNeighbours(sparse(shop, 12, seededDraw(9)), { cut: 12, bits: 8 });

/** The section's own bytes in a copy of the file. */
function spoiled(bytes: Uint8Array, name: string, spoil: (section: Uint8Array) => void): Uint8Array {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  for (let at = 32; at < 32 + 32 * view.getUint16(10, true); at += 32) {
    const found = String.fromCharCode(...copy.subarray(at, at + 22).filter((byte) => byte !== 0));
    if (found === name)
      spoil(copy.subarray(view.getUint32(at + 24, true)).subarray(0, view.getUint32(at + 28, true)));
  }
  return copy;
}

describe('what is signed for is checked to the last row', () => {
  test('and what training writes passes', () => {
    checkPart('shard', shard);
    checkPart('transitions', lists);
    checkPart('cards', encodeCards([]));
  });

  /** Of their block as many entries as before, so that its sum is true. */
  const inOneList = (counts: Uint8Array): void => {
    for (const row of [1, 2]) {
      counts[0]! += counts[row]! - 1;
      counts[row] = 1;
    }
  };

  test.each<[string, string, (section: Uint8Array) => void, RegExp]>([
    ['an entry of no item', 'ids.1', (plane) => plane.fill(9), /ids: found \d+, expected less than 300/],
    ['a list longer than the cut', 'count', inOneList, /found \d+, expected at most 12/],
    [
      'a block that says it is longer',
      'count',
      (counts) => counts.set([counts[64]!, counts[0]!], 0),
      /sums: found/,
    ],
  ])('%s is found, though a device would open the file', (_, section, spoil, message) => {
    const bytes = spoiled(lists, section, spoil);
    const opened = decodeNeighbours(bytes);
    opened.weightOf(3, 4);
    expect(() => checkPart('transitions', bytes)).toThrow(message);
  });

  test.each<[string, string, (section: Uint8Array) => void]>([
    ['ids out of order', 'ids.text', (text) => text.reverse()],
    ['a category without a name', 'col.category', (codes) => codes.fill(255)],
    ['lengths that another block has', 'ids.len', (lengths) => lengths.set([lengths[0]! + 1, 0])],
  ])('%s are found, though a device would open the file', (_, section, spoil) => {
    const bytes = spoiled(shard, section, spoil);
    expect(decodeShard(bytes).ids.indexOf('no such id')).toBe(-1);
    expect(() => checkPart('shard', bytes)).toThrow(/ound .*expected/);
  });
});
