// `npm test`: types, lint, unit and conformance tests, then the built output in a real browser.
// `npm run test:long`: what takes longer. Ends with one line, `N passed, N failed`, from the runner's own report.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nameMissingEngines, needChromium } from './browser.mjs';
import { ready, root, run, say } from './ready.mjs';

const long = process.argv.includes('--long');
const DATA_MARK = '[data]';
const bin = (name) => join(root, 'node_modules/.bin', name);

/** Runs one or more vitest projects and adds their report to `totals`. */
function suite(title, projects, totals) {
  say(`tacit: ${title}`);
  const folder = mkdtempSync(join(tmpdir(), 'tacit-report-'));
  const file = join(folder, 'report.json');
  const args = ['run', ...projects.flatMap((name) => ['--project', name])];
  const result = spawnSync(
    bin('vitest'),
    [...args, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`],
    { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] },
  );
  try {
    add(totals, JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    say(`tacit: ${title}: the runner left no report (${error instanceof Error ? error.message : error})`);
    totals.failed++;
  }
  rmSync(folder, { recursive: true, force: true });
  if (result.status !== 0) totals.broken = true;
}

function add(totals, report) {
  totals.passed += report.numPassedTests;
  totals.failed += report.numFailedTests;
  totals.skipped += report.numPendingTests + report.numTodoTests;
  // A file that does not load fails without a test of its own.
  totals.failed += report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  ).length;
  for (const file of report.testResults) {
    for (const test of file.assertionResults) {
      if (test.status === 'passed' && test.fullName.includes(DATA_MARK)) totals.withData++;
    }
  }
}

ready();
await needChromium();
nameMissingEngines();
const totals = { passed: 0, failed: 0, skipped: 0, withData: 0, broken: false };
if (long) {
  run('building', process.execPath, ['scripts/build.mjs']);
  suite('long tests', ['long'], totals);
} else {
  run('types', bin('tsc'), ['-b']);
  run('types of tests', bin('tsc'), ['-p', 'tests']);
  run('lint', bin('biome'), ['check', '.']);
  suite('unit and conformance tests', ['node', 'browser'], totals);
  run('building', process.execPath, ['scripts/build.mjs']);
  run('weights of what ships', bin('size-limit'), []);
  suite('the built output in a browser', ['e2e'], totals);
  suite('three browser engines', ['engines'], totals);
}
const data = process.env.TACIT_DATA;
if (!data) {
  say('tacit: TACIT_DATA is not set: tests on real data were left out');
} else if (totals.withData === 0) {
  say(`tacit: TACIT_DATA is set, but no test marked ${DATA_MARK} ran`);
  totals.failed++;
}
const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : '';
process.stdout.write(`${totals.passed} passed, ${totals.failed} failed${skipped}\n`);
process.exit(totals.failed > 0 || totals.broken ? 1 : 0);
