import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { closeEngine } from '../../../shared/engine/engine.ts';
import { loadKernel } from '../../../shared/kernel/load.ts';
import type { SiteId } from '../../../shared/protocol/ids.ts';
import { scratch } from '../../catalogue/scratch.case.ts';
import type { ShownSlate } from '../../evaluation/suite/export-slates.ts';
import { openHome } from '../../home.ts';
import { trainedRelease } from '../../publish/trained.case.ts';
import { openParts } from '../../training/fits.ts';
import { EXIT } from '../command.ts';
import { cli, homes } from '../host.case.ts';
import { COMMANDS } from '../registry.ts';

const home = homes();
const write = scratch();
const site = 'demo' as SiteId;
const run = (...argv: string[]) => cli(COMMANDS)('--home', home('shop'), ...argv);
const readLines = (file: string): ShownSlate[] =>
  readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as ShownSlate);

describe('slates', () => {
  const time = '2026-03-17T12:00:00Z';
  let ids: string[] = [];
  beforeAll(async () => {
    const opened = openHome(home('shop'));
    opened.store.sites.ensure(site, []);
    const trained = trainedRelease({ seed: 1 });
    const artefacts = await Promise.all(trained.parts.map(({ bytes }) => opened.artifacts.put(bytes)));
    opened.store.runs.record(site, trained, artefacts);
    opened.close();
    const engine = openParts(trained.parts, loadKernel());
    ids = Array.from({ length: engine.shard.items }, (_, row) => engine.shard.ids.idAt(row));
    closeEngine(engine);
  });

  it('writes a line a query: what is shown, how it scored, which sources knew it and why it is there', async () => {
    const seen = { item: ids[0]!, kind: 'view', time: '2026-03-17T11:59:00Z', session: 's1' };
    const queries = [
      { query: 'stranger', placement: 'for-you', time, history: [] },
      {
        query: 'visitor',
        placement: 'similar',
        time,
        history: [seen],
        session: 's1',
        items: [ids[0]],
        limit: 3,
      },
    ];
    const file = write('queries.jsonl', `${queries.map((one) => JSON.stringify(one)).join('\n')}\n`);
    const out = join(home('shop'), 'slates.jsonl');
    const ran = await run('slates', '--queries', file, '--out', out, '--json');
    expect(ran.err).toBe('');
    expect(ran.exit).toBe(EXIT.OK);
    expect(JSON.parse(ran.out)).toMatchObject({ run: 'run-1', queries: 2, rules: 'on' });
    const [stranger, visitor] = readLines(out);
    expect(stranger).toMatchObject({ query: 'stranger', placement: 'for-you' });
    expect(stranger!.entries.length).toBeGreaterThan(0);
    expect(visitor!.entries.length).toBeLessThanOrEqual(3);
    expect(visitor!.entries.map(({ item }) => item)).not.toContain(ids[0]);
    for (const { entries } of [stranger!, visitor!])
      for (const entry of entries) {
        expect(Object.keys(entry.sources).length).toBeGreaterThan(0);
        expect(Object.keys(entry.sources)).toContain(entry.reason.source);
        expect(Number.isFinite(entry.score)).toBe(true);
      }
    const again = join(home('shop'), 'again.jsonl');
    await run('slates', '--queries', file, '--out', again);
    expect(readFileSync(again, 'utf8')).toBe(readFileSync(out, 'utf8'));
  });

  it("draws a sample of the store's own questions, the same for the same seed", async () => {
    const walks = Array.from({ length: 12 }, (_, at) => [`u${at}`, ...ids.slice(at, at + 6)].join(' '));
    await run('import', '--format', 'sequences', write('walks.txt', `${walks.join('\n')}\n`));
    const draw = async (seed: string): Promise<string> => {
      const out = join(home('shop'), `sample-${seed}.jsonl`);
      const ran = await run('slates', '--sample', '6', '--seed', seed, '--rules', 'off', '--out', out);
      expect(ran.err).toBe('');
      return readFileSync(out, 'utf8');
    };
    const drawn = await draw('1');
    expect(drawn.trimEnd().split('\n')).toHaveLength(6);
    expect(await draw('1')).toBe(drawn);
    expect(await draw('2')).not.toBe(drawn);
    // Asked again as a file of queries the release answers the same; what came next is told beside it.
    const lines = drawn
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as ShownSlate);
    const queries = lines.map(({ query, placement, time: at, asked }) => ({
      query,
      placement,
      time: at,
      ...asked,
    }));
    const file = write('drawn.jsonl', queries.map((one) => JSON.stringify(one)).join('\n'));
    const out = join(home('shop'), 'drawn-again.jsonl');
    expect((await run('slates', '--queries', file, '--rules', 'off', '--out', out)).err).toBe('');
    expect(readLines(out).map(({ entries }) => entries)).toEqual(lines.map(({ entries }) => entries));
    for (const { next } of lines) expect(ids).toEqual(expect.arrayContaining([...next!]));
  });

  it.each([
    ['{"query":', /queries\.jsonl.*1.*expected one JSON object/],
    [JSON.stringify({ query: 'a', placement: 'nowhere', time, history: [] }), /placement.*found "nowhere"/],
    [JSON.stringify({ query: 'a', placement: 'for-you', time: 'noon', history: [] }), /time/],
  ])('refuses %s, and says where', async (line, words) => {
    const file = write('queries.jsonl', `${line}\n`);
    const ran = await run('slates', '--queries', file, '--out', join(home('shop'), 'none.jsonl'));
    expect(ran.exit).toBe(EXIT.REFUSED);
    expect(ran.err).toMatch(words);
  });

  it('wants queries or a sample, and a release that is there', async () => {
    const out = join(home('shop'), 'none.jsonl');
    expect((await run('slates', '--out', out)).exit).toBe(EXIT.USAGE);
    expect((await run('slates', '--out', out, '--sample', '5', '--queries', 'q')).exit).toBe(EXIT.USAGE);
    const missing = await run('slates', '--sample', '5', '--release', 'r9', '--out', out);
    expect(missing.exit).toBe(EXIT.REFUSED);
    expect(missing.err).toContain('no release r9');
    expect((await run('report', '--run', 'run-9')).err).toContain('no run run-9');
    expect((await run('report', '--run', 'run-1', '--release', 'r1')).exit).toBe(EXIT.USAGE);
  });
});
