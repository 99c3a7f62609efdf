import { describe, expect, it } from 'vitest';
import type { SiteId } from '../../../shared/protocol/ids.ts';
import { scratch } from '../../catalogue/scratch.case.ts';
import { openHome } from '../../home.ts';
import { EXIT } from '../command.ts';
import { cli, homes } from '../host.case.ts';
import { COMMANDS } from '../registry.ts';

const write = scratch();
const home = homes();
const tacit = (name: string) => {
  const run = cli(COMMANDS);
  return (...argv: string[]) => run('--home', home(name), ...argv);
};
const ITEMS = 25;
const walk = (from: number, steps: number): string =>
  Array.from({ length: steps }, (_, step) => `i${(from + step) % ITEMS}`).join(' ');
const lines = (users: number): string =>
  `${Array.from({ length: users }, (_, user) => `u${user} ${walk(user * 7, 6)}`).join('\n')}\n`;

describe('train', () => {
  it('records a run whose files are in the artefact store', async () => {
    const shop = tacit('shop');
    await shop('import', '--format', 'sequences', write('sequences.txt', lines(60)));
    const { exit, out } = await shop('train', '--seed', '4', '--json');
    expect(exit).toBe(EXIT.OK);
    const { run, items } = JSON.parse(out) as { run: string; items: number };
    expect(items).toBe(ITEMS);
    const opened = openHome(home('shop'));
    const recorded = opened.store.runs.get('demo' as SiteId, run)!;
    const held = await Promise.all(recorded.parts.map(({ sha256 }) => opened.artifacts.has(sha256)));
    opened.close();
    expect(recorded.trained.lineage.seed).toBe(4);
    expect(held.every(Boolean)).toBe(true);
  });

  it('refuses an empty shop, and says what to do', async () => {
    const { exit, out } = await tacit('empty')('train', '--json');
    expect(exit).toBe(EXIT.REFUSED);
    expect(out).toContain('Import a catalogue first');
  });
});

describe('evaluate', () => {
  it('takes no fewer than a thousand resamples, and no empty shop', async () => {
    expect((await tacit('empty2')('evaluate', '--resamples', '10')).exit).toBe(EXIT.USAGE);
    expect((await tacit('empty2')('evaluate', '--json')).exit).toBe(EXIT.REFUSED);
    for (const wrong of [
      ['--until', 'soon'],
      ['--protocol', 'carts'],
      ['--part', 'all'],
      ['--stages', 'some'],
    ])
      expect((await tacit('empty2')('evaluate', ...wrong)).exit).toBe(EXIT.USAGE);
  });
});

describe('benchmark', () => {
  it('prints one object', async () => {
    const { exit, out } = await tacit('bench')(
      'benchmark',
      'sequences',
      '--data',
      write('b.txt', lines(40)),
      '--stages',
      '--json',
    );
    expect(exit).toBe(EXIT.OK);
    // Fewer can ask than the option asks for by itself.
    expect(JSON.parse(out)).toMatchObject({
      users: 40,
      items: ITEMS,
      queries: 40,
      stages: { questions: 40 },
    });
  });

  it('refuses what it cannot read, and wants a protocol and its files', async () => {
    const bench = tacit('bench2');
    const torn = await bench('benchmark', 'sequences', '--data', write('torn.txt', 'u1 a\n'), '--json');
    expect(torn.exit).toBe(EXIT.REFUSED);
    expect(torn.out).toMatch(/torn\.txt: expected a user with two items, found none/);
    expect((await bench('benchmark', 'sequences')).exit).toBe(EXIT.USAGE);
    expect((await bench('benchmark', 'everything')).exit).toBe(EXIT.USAGE);
  });
});
