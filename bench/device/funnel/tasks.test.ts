import { expect, test } from 'vitest';
import { tasksOf } from './tasks.ts';

const SDK = 'http://127.0.0.1/tacit.js';
const thread = (tid: number, name: string) => ({
  ...{ name: 'thread_name', ph: 'M', pid: 1, ts: 0, tid },
  args: { name },
});
const task = (tid: number, ts: number, dur: number) => ({
  ...{ name: 'ThreadControllerImpl::RunTask', ph: 'X', pid: 1, tid, ts, dur },
  tdur: dur / 2,
});
const call = (tid: number, ts: number, url: string) => ({
  ...{ name: 'FunctionCall', ph: 'X', pid: 1, tid, ts, dur: 10 },
  args: { data: { url } },
});

const promises = (tid: number, ts: number, dur: number) => ({
  ...{ name: 'BlinkScheduler_PerformMicrotaskCheckpoint', ph: 'X', pid: 1, tid, ts, dur },
  tdur: dur / 2,
});
const mark = (tid: number, ts: number) => ({ name: 'shop calls tacit', ph: 'I', pid: 1, tid, ts });

test('a task is as long as the promises that settle behind it, and a call of the shop’s is the SDK’s', () => {
  const events = [
    thread(1, 'CrRendererMain'),
    ...[task(1, 0, 1000), promises(1, 1010, 6000), mark(1, 2000)],
    ...[task(1, 8000, 1000), promises(1, 8200, 500), call(1, 8300, SDK)],
    ...[task(1, 10_000, 1000), promises(1, 11_010, 3000)],
  ];
  expect(tasksOf(events)).toEqual([
    { ms: 7, work: 3.5 },
    { ms: 1, work: 0.5 },
  ]);
});

test('what the browser does to put the next document in place is its own', () => {
  const commit = {
    name: 'DocumentLoader::CommitNavigation',
    ph: 'X',
    pid: 1,
    tid: 1,
    ts: 500,
    dur: 3000,
    tdur: 2000,
  };
  const events = [thread(1, 'CrRendererMain'), task(1, 0, 4000), call(1, 100, SDK), commit];
  expect(tasksOf(events)).toEqual([{ ms: 1, work: 0 }]);
});

test('of a trace, the tasks of the page in which the SDK or a part of it ran', () => {
  const events = [
    thread(1, 'CrRendererMain'),
    thread(2, 'DedicatedWorker thread'),
    ...[task(1, 0, 4000), call(1, 100, SDK)],
    ...[task(1, 10_000, 2500), call(1, 10_100, 'http://127.0.0.1/tacit-offline-a1b2.js?x')],
    ...[task(1, 20_000, 9000), call(1, 20_100, 'http://127.0.0.1/shop.js')],
    ...[task(2, 30_000, 50_000), call(2, 30_100, 'http://127.0.0.1/tacit-worker.js')],
  ];
  expect(tasksOf(events)).toEqual([
    { ms: 4, work: 2 },
    { ms: 2.5, work: 1.25 },
  ]);
  expect(() => tasksOf([thread(1, 'CrRendererMain'), task(1, 0, 4000)])).toThrow('found no task of a page');
});
