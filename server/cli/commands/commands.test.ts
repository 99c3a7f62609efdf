import { existsSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { SiteId } from '../../../shared/protocol/ids.ts';
import { scratch } from '../../catalogue/scratch.case.ts';
import { openHome } from '../../home.ts';
import { trainedRelease } from '../../publish/trained.case.ts';
import { EXIT } from '../command.ts';
import { cli, homes, NOW } from '../host.case.ts';
import { COMMANDS } from '../registry.ts';

const write = scratch();
const home = homes();
const tacit = (name: string, own = {}) => {
  const run = cli(COMMANDS, own);
  return (...argv: string[]) => run('--home', home(name), ...argv);
};
const ITEMS = 'id,title,price\nbowl,Bowl,12.99 EUR\ncup,Cup,cheap\n';

/** Records a small run as `tacit train` would. */
async function record(name: string, seed: number): Promise<void> {
  const opened = openHome(home(name));
  try {
    const site = 'demo' as SiteId;
    opened.store.sites.ensure(site, [{ id: 'gb' as never, currency: 'GBP', language: 'en' }]);
    const trained = trainedRelease({ seed });
    const artefacts = await Promise.all(trained.parts.map(({ bytes }) => opened.artifacts.put(bytes)));
    opened.store.runs.record(site, trained, artefacts);
  } finally {
    opened.close();
  }
}

describe('import', () => {
  it('reports what became of every row', async () => {
    const { exit, out } = await tacit('import')('import', write('items.csv', ITEMS), '--json');
    expect(exit).toBe(EXIT.OK);
    expect(JSON.parse(out)).toMatchObject({
      format: 'items',
      site: 'demo',
      read: 2,
      kept: 1,
      dropped: { 'bad price': 1 },
      problems: [
        { line: 3, column: 'price', expected: 'a price such as 12.99 or 12.99 USD', found: '"cheap"' },
      ],
      items: { added: 1, known: 0 },
      interactions: { added: 0, known: 0 },
      markets: [{ id: 'default', currency: 'EUR', language: 'en' }],
    });
  });

  it('tells people the same', async () => {
    const { out } = await tacit('import')('import', write('items2.csv', ITEMS));
    expect(out).toContain('items: 2 rows read, 1 kept');
    expect(out).toContain('1  bad price (dropped)');
    expect(out).toMatch(/items2\.csv:3, column price: expected a price .* found "cheap"/);
    expect(out).toContain('items: 0 added, 1 known');
  });

  it('makes the generated shop of a seed', async () => {
    const make = (name: string, seed: string) =>
      tacit(name)(
        'import',
        '--format',
        'generated',
        '--goods',
        '60',
        '--shoppers',
        '5',
        '--seed',
        seed,
        '--json',
      );
    const [one, same, other] = [await make('g1', '4'), await make('g2', '4'), await make('g3', '5')];
    const counts = (out: string) => {
      const { read, items, interactions } = JSON.parse(out) as Record<string, unknown>;
      return { read, items, interactions };
    };
    expect(counts(one.out)).toEqual(counts(same.out));
    expect(counts(one.out)).not.toEqual(counts(other.out));
  });

  it.each([
    [['import'], EXIT.USAGE, 'expected FILE'],
    [['import', 'nowhere.csv'], EXIT.REFUSED, 'nowhere.csv: expected a file, found nothing at this path'],
    [['import', '--format', 'cobol', 'x'], EXIT.USAGE, 'Allowed choices are online-retail'],
    [
      ['import', '--format', 'items', '--shift-to', 'soon', 'x'],
      EXIT.USAGE,
      '--shift-to: expected now or a date',
    ],
    [['import', '--format', 'items', '--market', 'DE', '--currency', 'euro', 'x'], EXIT.USAGE, '--market'],
  ])('%j is refused', async (argv, exit, words) => {
    const ran = await tacit('refused')(...argv);
    expect(ran.exit).toBe(exit);
    expect(ran.err).toContain(words);
  });
});

describe('publish and rollback', () => {
  it('refuse where there is nothing yet', async () => {
    for (const command of ['publish', 'rollback']) {
      const { exit, err } = await tacit('empty')(command);
      expect([exit, err]).toEqual([EXIT.REFUSED, expect.stringMatching(/^tacit: site demo has no /)]);
    }
  });

  it('go forward, and back under a higher version', async () => {
    const run = tacit('releases');
    await record('releases', 1);
    const first = JSON.parse((await run('publish', '--json')).out);
    await record('releases', 2);
    const second = JSON.parse((await run('publish', '--json')).out);
    const back = JSON.parse((await run('rollback', '--json')).out);
    expect([first.version, second.version, back.version]).toEqual([1, 2, 3]);
    expect([first.run, second.run, back.run]).toEqual(['run-1', 'run-2', 'run-1']);
    expect([back.release, back.reason]).toEqual([first.release, 'rollback']);
    expect((await run('publish', '--run', 'run-9')).err).toContain('run-9');
  });
});

describe('serve', () => {
  it('prints its address, answers, and ends when it is told to', async () => {
    let stop = (): void => {};
    let out = '';
    const running = tacit('releases', {
      onInterrupt(listener: () => void) {
        stop = listener;
        return () => {};
      },
      out: (text: string) => {
        out += text;
      },
    })('serve', '--port', '0', '--json');
    await expect.poll(() => out, { timeout: 20_000 }).not.toBe('');
    const { url, version } = JSON.parse(out) as { url: string; version: number };
    expect(version).toBe(3);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    const { port } = new URL(url);
    const second = await tacit('releases')('serve', '--port', port);
    expect(second).toMatchObject({ exit: EXIT.REFUSED, err: expect.stringContaining('found it taken') });
    stop();
    expect((await running).exit).toBe(EXIT.OK);
    await expect(fetch(`${url}/readyz`)).rejects.toThrow();
  });
});

describe('doctor', () => {
  const NAME = 'patient';
  const examine = async (name = NAME, own = {}) => {
    const { exit, out } = await tacit(name, own)('doctor', '--json');
    const { findings } = JSON.parse(out) as {
      findings: { check: string; status: string; advice?: string }[];
    };
    return { exit, of: (check: string) => findings.find((finding) => finding.check === check), findings };
  };

  beforeAll(async () => {
    await record(NAME, 1);
    await tacit(NAME)('import', write('patient.csv', ITEMS));
    await tacit(NAME)('publish');
  });

  it('finds a healthy home healthy', async () => {
    const { exit, findings } = await examine();
    expect(exit).toBe(EXIT.OK);
    const checks = 'node sqlite kernel disk browser home keys store data release artefacts'.split(' ');
    expect(findings.map((finding) => finding.check)).toEqual(checks);
    for (const { check, status } of findings)
      if (check !== 'browser' && check !== 'disk') expect([check, status]).toEqual([check, 'ok']);
  });

  it('makes nothing where there is nothing', async () => {
    const { exit, of } = await examine('nobody');
    expect([exit, of('home')?.status, of('store')]).toEqual([EXIT.OK, 'warn', undefined]);
    expect(existsSync(home('nobody'))).toBe(false);
  });

  it('gives advice with everything that is not well', async () => {
    for (const { status, advice } of (await examine('nobody')).findings)
      if (status !== 'ok') expect(advice).toBeTruthy();
  });

  it('sees a release run out', async () => {
    const late = await examine(NAME, { now: () => NOW + 400 * 24 * 3600 * 1000 });
    expect([late.exit, late.of('release')?.status]).toEqual([EXIT.FAILED, 'fail']);
    const soon = await examine(NAME, { now: () => NOW + 13 * 24 * 3600 * 1000 });
    expect([soon.exit, soon.of('release')?.status]).toEqual([EXIT.OK, 'warn']);
  });

  it('sees keys that others may read', async () => {
    const key = join(home(NAME), 'keys', 'pepper.key');
    const { mode } = statSync(key);
    writeFileSync(join(home(NAME), 'keys', 'copy.key'), 'x', { mode: 0o644 });
    expect((await examine()).of('keys')?.status).toBe('fail');
    rmSync(join(home(NAME), 'keys', 'copy.key'));
    expect(statSync(key).mode).toBe(mode);
  });

  it('sees a file of the release that is damaged or gone', async () => {
    const folder = join(home(NAME), 'artifacts');
    const [some = ''] = readdirSync(folder);
    const file = readdirSync(join(folder, some)).find((name) => !name.includes('.')) ?? '';
    truncateSync(join(folder, some, file), 10);
    expect((await examine()).of('artefacts')).toMatchObject({
      status: 'fail',
      found: expect.stringContaining('damaged'),
    });
    rmSync(join(folder, some, file));
    expect((await examine()).of('artefacts')?.status).toBe('fail');
  });

  it('sees a store that is no database, and one without its keys', async () => {
    await record('broken', 1);
    writeFileSync(join(home('broken'), 'tacit.db'), 'this is no database at all, whatever its name says');
    expect((await examine('broken')).of('store')?.status).toBe('fail');
    rmSync(join(home(NAME), 'keys'), { recursive: true });
    const { exit, of } = await examine();
    expect([exit, of('keys')?.status, of('store')]).toEqual([EXIT.FAILED, 'fail', undefined]);
    expect(existsSync(join(home(NAME), 'keys'))).toBe(false);
  });
});
