import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findChromium as findBrowser } from '../../../scripts/browser.mjs';
import { root } from '../../../scripts/ready.mjs';
import { trainedRelease } from '../../publish/trained.case.ts';
import { type ParityLevel, parityAnswers } from './answers.ts';
import { browserAnswers } from './browser.ts';
import { findChromium } from './chromium.ts';

const { parts, golden } = trainedRelease();
const files = new Map(parts.filter(({ role }) => role !== 'cards').map(({ role, bytes }) => [role, bytes]));
const release: ParityLevel = { level: 'whole', files, golden };
/** Published with another slate than it gives. */
const forged: ParityLevel = { ...release, golden: { ...golden, expected: [...golden.expected].reverse() } };

const folder = mkdtempSync(join(tmpdir(), 'tacit-page-'));
const script = join(folder, 'page.js');
beforeAll(async () => {
  const entry = join(root, 'server/registry/parity/page.ts');
  const lib = { entry, formats: ['es' as const], fileName: () => 'page.js' };
  const made = { outDir: folder, emptyOutDir: false, target: 'es2022', lib };
  await build({ root, configFile: false, publicDir: false, logLevel: 'error', build: made });
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

const outcome = (answers: ReturnType<typeof parityAnswers>) =>
  answers.map(({ build, same }) => [build, same]);

it('has the same golden slate from both builds here, and notices another', () => {
  expect(outcome(parityAnswers([release]))).toEqual([
    ['simd', true],
    ['js', true],
  ]);
  expect(parityAnswers([forged]).some(({ same }) => same)).toBe(false);
});

it('has it in Chromium too, and notices another there', async () => {
  const found = await findBrowser();
  if (found === undefined) throw new Error('expected a Chromium: npm test installs one');
  const asked = { chromium: found.executablePath, script, patience: 90_000 };
  const answers = await browserAnswers([release, { ...forged, level: 'head' }], asked);
  expect(answers.map(({ level, build, same }) => [level, build, same])).toEqual([
    ['whole', 'simd', true],
    ['whole', 'js', true],
    ['head', 'simd', false],
    ['head', 'js', false],
  ]);
}, 100_000);

it('ends a browser that says nothing, and tells of one that is none', async () => {
  const levels = [release];
  await expect(
    browserAnswers(levels, { chromium: process.execPath, script, patience: 20_000 }),
  ).rejects.toThrow('ended by itself');
  await expect(
    browserAnswers(levels, { chromium: '/nowhere/chromium', script, patience: 20_000 }),
  ).rejects.toThrow('ENOENT');
  expect(findChromium({ TACIT_CHROMIUM: '/nowhere/chromium', PATH: '' })).toBeUndefined();
}, 60_000);
