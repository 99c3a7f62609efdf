import { expect, it } from 'vitest';
import type { SiteId } from '../../../shared/protocol/ids.ts';
import { openHome } from '../../home.ts';
import { trainedRelease } from '../../publish/trained.case.ts';
import { recordRun } from '../../registry/record.ts';
import { EXIT } from '../command.ts';
import { cli, homes } from '../host.case.ts';
import { COMMANDS } from '../registry.ts';

const home = homes();
const environment = { TACIT_CHROMIUM: '/nowhere' };
const tacit = (...argv: string[]) => cli(COMMANDS, { environment })('--home', home('runs'), ...argv);

async function record(seed: number): Promise<void> {
  const opened = openHome(home('runs'));
  const site = 'demo' as SiteId;
  opened.store.sites.ensure(site, []);
  await recordRun(opened, site, trainedRelease({ seed }));
  opened.close();
}

it('lists runs with aliases, verdicts and measures; what was forced says so', async () => {
  expect((await tacit('runs')).out).toContain('no run yet');
  await record(1);
  const refused = await tacit('publish', '--json', '--limit', 'wholeBytes=10');
  expect(refused.exit).toBe(EXIT.REFUSED);
  expect(JSON.parse(refused.out)).toMatchObject({
    error: { code: 'gate', verdict: { run: 'run-1', passed: false } },
  });
  const forced = await tacit('publish', '--limit', 'wholeBytes=10', '--force', 'small on purpose');
  expect(forced.out).toContain('gate: run-1 refused, and forced: small on purpose');
  expect(forced.out).toMatch(/FAIL size .*expected at most/);
  await record(2);
  const { runs } = JSON.parse((await tacit('runs', '--json')).out);
  expect(runs).toMatchObject([
    { run: 'run-2', aliases: ['challenger'], gate: 'not judged' },
    { run: 'run-1', aliases: ['champion'], gate: 'forced', metrics: { 'recall@10': 0.1 } },
  ]);
  const { out } = await tacit('runs');
  expect(out).toMatch(/run-1 +champion +\S+ +forced/);
});

it('wants a reason that says something, and limits that it knows', async () => {
  expect((await tacit('publish', '--force', ' ')).exit).toBe(EXIT.USAGE);
  expect((await tacit('publish', '--limit', 'everything=1')).exit).toBe(EXIT.USAGE);
  expect((await tacit('serve', '--port', '0', '--train-every', 'at night')).exit).toBe(EXIT.USAGE);
});
