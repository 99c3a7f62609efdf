import { describe, expect, test } from 'vitest';
import type { SlateRequest } from '../../protocol/slate.ts';
import type { Engine, Moment, ShopperState } from '../contract.ts';
import { has } from '../mask.ts';
import { observe } from '../observe.ts';
import { eligible } from '../rules.ts';
import type { Opened, Retriever } from './retriever.ts';

/** A question that a source is held to its laws by. */
export interface Situation {
  readonly name: string;
  readonly engine: Engine;
  readonly state: ShopperState;
  readonly request: SlateRequest;
  readonly moment: Moment;
  /** whether the source has something to say here */
  readonly speaks: boolean;
}

/** The laws of `Retriever`, for every source. */
export function retrieverSuite(retriever: Retriever, situations: readonly Situation[]): void {
  describe.each(situations)(`${retriever.source}: $name`, (situation) => {
    const { engine } = situation;
    const seen = observe(engine, situation.state, situation);
    const mask = Uint32Array.from(eligible(engine, seen));
    const open = (): Opened => retriever.open({ engine, seen, eligible: mask });
    const every = Uint32Array.from({ length: engine.shard.items }, (_, row) => row);
    const scoresOf = (opened: Opened, rows = every) => {
      const out = new Float32Array(rows.length).fill(Number.NaN);
      opened.score(rows, out);
      return out;
    };

    test('proposes the best eligible rows, best first, ties by lower row, and no others', () => {
      for (const limit of [1, 7, 100, every.length]) {
        const opened = open();
        const proposed = [...opened.propose(limit)];
        const scores = scoresOf(opened);
        const expected = [...every]
          .filter((row) => scores[row]! > 0 && has(mask, row))
          .sort((a, b) => scores[b]! - scores[a]! || a - b)
          .slice(0, limit);
        expect(proposed.map((row) => scores[row])).toEqual(expected.map((row) => scores[row]));
        expect(new Set(proposed).size).toBe(proposed.length);
        expect(proposed.every((row) => has(mask, row))).toBe(true);
        const strictlyBest = expected.filter((row) => scores[row]! > scores[expected.at(-1)!]!);
        expect([...proposed].slice(0, strictlyBest.length)).toEqual(strictlyBest);
      }
    });

    test('scores a row alike whether asked alone, among others or in another order', () => {
      const opened = open();
      const all = scoresOf(opened);
      const some = Uint32Array.from(opened.propose(20)).reverse();
      expect([...scoresOf(opened, some)]).toEqual([...some].map((row) => all[row]));
      for (const row of some.subarray(0, 5)) expect(scoresOf(opened, Uint32Array.of(row))[0]).toBe(all[row]);
      expect(all.every(Number.isFinite)).toBe(true);
    });

    test('says the same when asked again', () => {
      const first = open();
      const rows = [...first.propose(50)];
      const scores = [...scoresOf(first)];
      const again = open();
      expect([...again.propose(50)]).toEqual(rows);
      expect([...scoresOf(again)]).toEqual(scores);
    });

    test('names as carrier an anchor of the shelf or an own item, or nobody', () => {
      const opened = open();
      const known = new Set([...seen.anchors, ...seen.own].map(({ row }) => row));
      for (const row of opened.propose(30)) {
        const carrier = opened.carrier(row);
        if (carrier !== undefined) expect(known.has(carrier.row)).toBe(true);
      }
    });

    test(situation.speaks ? 'has something to say' : 'is silent', () => {
      const opened = open();
      expect(opened.propose(10).length > 0).toBe(situation.speaks);
      if (!situation.speaks) expect(scoresOf(opened).every((score) => score <= 0)).toBe(true);
    });
  });
}
