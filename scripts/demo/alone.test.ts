import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { scratch } from '../../server/catalogue/scratch.case.ts';
import { claim } from './alone.mjs';

const write = scratch();
const script = `import { claim } from ${JSON.stringify(new URL('./alone.mjs', import.meta.url).href)};`;

it('a second demo is told who has the folder, and gets it when that one has ended', async () => {
  const file = write('demo.pid', '');
  const first = spawn(process.execPath, [
    '--input-type=module',
    '--eval',
    `${script} claim(${JSON.stringify(file)}); console.log('claimed'); process.stdin.once('data', () => process.exit());`,
  ]);
  await once(first.stdout, 'data');
  expect(claim(file)).toBe(first.pid);
  expect(claim(file)).toBe(first.pid);
  first.stdin.write('end\n');
  await once(first, 'exit');
  expect(existsSync(file)).toBe(false);
  expect(claim(file)).toBeUndefined();
  expect(readFileSync(file, 'utf8')).toBe(String(process.pid));
});

it('a claim that a killed demo left behind holds nobody up', async () => {
  const file = write('demo.pid', '');
  const killed = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1000)']);
  writeFileSync(file, String(killed.pid));
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  expect(claim(file)).toBeUndefined();
  expect(claim(join(file, '..', 'not', 'there', 'yet.pid'))).toBeUndefined();
});
