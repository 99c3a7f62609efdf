import { expect, it } from 'vitest';
import { openLog } from '../../monitoring/log.ts';
import type { JobCommand } from './job.ts';
import { ScheduleError, type ScheduleOptions, startSchedule } from './schedule.ts';

const script = (text: string): JobCommand => ({ program: process.execPath, arguments: ['-e', text] });
const says = (value: object, code: number, after = 0): JobCommand =>
  script(
    `setTimeout(() => { console.log(JSON.stringify(${JSON.stringify(value)})); process.exitCode = ${code}; }, ${after})`,
  );

/** A schedule of every second, and what it counted. */
function everySecond(command: JobCommand, own: Partial<ScheduleOptions> = {}) {
  const counted: string[] = [];
  const meters = { count: (outcome: string) => void counted.push(outcome), took: () => {} };
  const log = openLog('silent');
  const schedule = startSchedule({ pattern: '* * * * * *', command, log, meters, now: Date.now, ...own });
  return { counted, schedule };
}
const within = { timeout: 30_000 };

it.each([
  ['published', says({ run: 'run-1', release: { release: 'r' } }, 0)],
  ['refused', says({ error: { code: 'gate', message: 'no', verdict: { run: 'run-2' } } }, 3)],
  ['failed', script('process.exit(1)')],
  ['failed', { program: '/nowhere/node', arguments: [] }],
] as const)('tells that a training was %s', async (outcome, command) => {
  const { counted, schedule } = everySecond(command);
  await expect.poll(() => counted, within).toContain(outcome);
  await schedule.stop();
});

it('runs one training at a time, and says which times it let pass', async () => {
  const { counted, schedule } = everySecond(says({ run: 'run-1' }, 0, 2500));
  await expect.poll(() => counted, within).toContain('published');
  expect(counted[0]).toBe('skipped');
  await schedule.stop();
});

it('stops with what it began, and begins nothing more', async () => {
  const { counted, schedule } = everySecond(script('setInterval(() => {}, 1000)'));
  await expect.poll(() => counted, within).toContain('skipped');
  await schedule.stop();
  expect(counted.at(-1)).toBe('stopped');
  const before = counted.length;
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect(counted).toHaveLength(before);
});

it('refuses a pattern that is none', () => {
  expect(() => everySecond(says({}, 0), { pattern: 'every night' })).toThrow(ScheduleError);
});
