import { existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { homes } from '../../cli/host.case.ts';
import { readResult, writeResult } from './result.ts';
import { openStages, unfinishedRun } from './stages.ts';

const folder = homes();
const DAY = 86_400_000;
const journal = { stage() {}, log() {} };
const key = (options: string, data = 'd') => ({ options: options.repeat(64), data: data.repeat(64) });
const open = (name: string, own = key('a'), now = Date.now()) =>
  openStages(folder(name), { key: own, clock: 7 }, { journal, now });

it('does a stage once, whoever asks in whichever process', () => {
  let made = 0;
  const ask = () => open('once').recall('fit', () => ({ rows: Float32Array.of(++made, 2), left: undefined }));
  expect(ask()).toEqual(ask());
  expect(made).toBe(1);
  const again = open('once');
  again.recall('fit', () => ({}));
  expect(again.kept).toEqual(['fit']);
});

it('keeps one table one table', () => {
  const table = new Float32Array(3);
  open('shared').recall('fit', () => ({ query: table, candidate: table }));
  const found = open('shared').recall('fit', () => ({ query: table, candidate: new Float32Array(3) }));
  expect(found.query).toBe(found.candidate);
});

it('knows the stage that it was stopped in, the inner one and then the outer', () => {
  const at = (depth: number) => () => {
    open(`stop${depth}`).recall('outer', () => {
      if (depth === 0) throw new Error('stopped');
      const inner = open(`stop${depth}`);
      inner.recall('inner', () => {
        if (depth === 1) throw new Error('stopped');
      });
    });
  };
  expect(at(0)).toThrow('stopped');
  expect(at(1)).toThrow('stopped');
  expect([open('stop0').stoppedIn, open('stop1').stoppedIn]).toEqual(['outer', 'inner']);
  const whole = open('whole');
  expect(() =>
    whole.recall('outer', () => {
      whole.recall('inner', () => 1);
      throw new Error('stopped');
    }),
  ).toThrow('stopped');
  expect(open('whole').stoppedIn).toBe('outer');
});

it('is gone on with as of its own beginning, for the same options, within a day', () => {
  open('again', key('a'));
  expect(unfinishedRun(folder('again'), key('a').options, Date.now())).toEqual({ key: key('a'), now: 7 });
  expect(unfinishedRun(folder('again'), key('b').options, Date.now())).toBeUndefined();
  expect(unfinishedRun(folder('again'), key('a').options, Date.now() + 2 * DAY)).toBeUndefined();
  expect(unfinishedRun(folder('never'), key('a').options, Date.now())).toBeUndefined();
});

it('leaves nothing behind: a finished run, runs of days ago, and more than a few', () => {
  open('clean', key('a')).finish();
  expect(readdirSync(folder('clean'))).toEqual([]);
  open('clean', key('b'));
  const old = join(folder('clean'), readdirSync(folder('clean'))[0]!);
  utimesSync(old, new Date(0), new Date(0));
  open('clean', key('c'));
  expect(existsSync(old)).toBe(false);
  for (const one of ['d', 'e', 'f', '0']) open('clean', key(one));
  expect(readdirSync(folder('clean'))).toHaveLength(3);
});

it('reads what was written or nothing: torn and rotten files are no results', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 50 }), fc.nat(), fc.boolean(), (value, at, torn) => {
      const path = join(folder('clean'), 'value');
      writeResult(path, { value });
      expect(readResult(path)).toEqual({ value });
      const bytes = readFileSync(path);
      const where = at % bytes.length;
      bytes[where]! ^= 1;
      writeFileSync(path, torn ? bytes.subarray(0, where) : bytes);
      expect(readResult(path)).toBeUndefined();
    }),
    { numRuns: 40 },
  );
});
