import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../../models/random.ts';
import { loadKernel } from '../../../shared/kernel/load.ts';
import type { TrainingSettings } from '../../training/settings.ts';
import { studyLines } from '../report/lines.ts';
import type { Study } from '../suite/study.ts';
import { benchmarkSequences, benchmarkSessions } from './run.ts';
import { nextItemQueries, openSequences, sequencePlan } from './sequences.ts';
import { openSessions, sessionPlan } from './sessions.ts';

const USERS = 70;
const ITEMS = 25;
const KEYS = [
  ...['recall@5', 'recall@10', 'recall@20', 'ndcg@5', 'ndcg@10', 'ndcg@20', 'mrr@20', 'itemcoverage@10'],
  ...[
    'bundleBytes',
    'trainSeconds',
    'trainProcessorSeconds',
    'evaluateSeconds',
    'items',
    'users',
    'queries',
    'seed',
    'settings',
  ],
];

interface Support {
  readonly shipped: number;
  readonly transitionsAlone: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** Walks around a ring of items: what comes next is known. */
function walks(count: number, seed: number, length: number): string[][] {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => {
    const from = random.below(ITEMS);
    return Array.from({ length }, (_, step) => `i${(from + step) % ITEMS}`);
  });
}

/** ms of the processor between two looks at it */
const SPENT = 1500;
let looks = 0;
const tools = {
  kernel: loadKernel({ build: 'js' }),
  journal: { stage() {}, log() {} },
  clock: () => 0,
  processor: () => SPENT * looks++,
};

describe('benchmark', () => {
  let folder: string;
  const file = (name: string, lines: string[]): string => {
    const path = join(folder, name);
    writeFileSync(path, `${lines.join('\n')}\n`);
    return path;
  };
  const sequences = (name: string, change: (walk: string[]) => string[] = (walk) => walk): string =>
    file(
      name,
      walks(USERS, 1, 7).map((walk, user) => [`u${user}`, ...change(walk)].join(' ')),
    );
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tacit-benchmark-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('of sequences: trains, ranks all items, and finds what comes next on a ring', async () => {
    const slates = join(folder, 'slates.tsv');
    const result = await benchmarkSequences({ data: sequences('s.txt') }, { seed: 1, slates }, tools);
    for (const key of KEYS) expect(result).toHaveProperty([key]);
    expect(result).toMatchObject({
      items: ITEMS,
      users: USERS,
      queries: USERS,
      businessRules: 'off',
      trainProcessorSeconds: SPENT / 1000,
    });
    expect(result['recall@5']).toBeGreaterThan(0.9);
    expect(result['historyKept']).toHaveProperty(['recall@10']);
    const { shipped, transitionsAlone } = result['support'] as Support;
    expect(shipped).toBe(1);
    // Everybody walks the same ring, so each step has many histories behind it.
    expect(transitionsAlone['minSupport=2']).toEqual(transitionsAlone['minSupport=1']);
    expect(transitionsAlone['minSupport=1']!['recall@10']).toBeGreaterThan(0.9);
    const lines = readFileSync(slates, 'utf8').trim().split('\n');
    expect(lines).toHaveLength(USERS);
    const [user, ids] = lines[0]!.split('\t') as [string, string];
    const history = walks(USERS, 1, 7)[0]!.slice(0, -1);
    expect(user).toBe('u0');
    expect(ids.split(' ').length).toBeGreaterThan(10);
    expect(ids.split(' ').some((id) => history.includes(id))).toBe(false);
  }, 60_000);

  it('of sequences: nothing of the test item enters a fit, a choice or a query', async () => {
    const swapped = sequences('t.txt', (walk) => [...walk.slice(0, -1), 'i0']);
    const opened = await Promise.all([sequences('s.txt'), swapped].map((data) => openSequences({ data })));
    const plans = opened.map(({ whole }) => {
      const { levels, validation, final } = sequencePlan(whole, {
        seed: 1,
        queries: 500,
        validationQueries: 500,
      });
      const asked = nextItemQueries(whole, 0).map(({ targets, ...query }) => query);
      const fits = [...levels.map(({ fit }) => fit), validation.fit, final].map(
        ({ interactions }) => interactions,
      );
      return { fits, asked, queries: [...levels, validation].map((level) => level.queries) };
    });
    expect(plans[0]).toEqual(plans[1]);
    expect(plans[0]!.fits.at(-1)!.item.length).toBe(USERS * 5);
  });

  it('of sequences: the validation part grades the item before the last, whatever the last one is', async () => {
    const swapped = sequences('v.txt', (walk) => [...walk.slice(0, -1), 'i0']);
    const run = { seed: 1, slates: undefined, part: 'validation', stages: 30 } as const;
    const of = (data: string) => benchmarkSequences({ data }, run, tools);
    const [plain, other] = [await of(sequences('s.txt')), await of(swapped)];
    expect(plain).toEqual(other);
    expect(plain).toMatchObject({ queries: USERS, part: 'validation' });
    expect(plain['recall@5']).toBeGreaterThan(0.9);
    const { stages } = plain['stages'] as Study;
    expect(stages.map(({ name }) => name)).toEqual(expect.arrayContaining(['linear blend', 'small ranker']));
  }, 60_000);

  it('of sessions: every prefix asks, clicks may come again, and test clicks are never fitted', async () => {
    const train = file(
      'train.txt',
      walks(120, 2, 5).map((walk) => walk.join(' ')),
    );
    const test = file('test.txt', ['i1 i2 i3', 'i7 i8', 'i4 i4']);
    const slates = join(folder, 'sessions.tsv');
    const result = await benchmarkSessions({ train, test }, { seed: 1, slates }, tools);
    for (const key of KEYS) expect(result).toHaveProperty([key]);
    expect(result).toMatchObject({ queries: 4, users: 120 });
    const before = await benchmarkSessions(
      { train, test },
      { seed: 1, slates: undefined, part: 'validation' },
      tools,
    );
    expect(before).toMatchObject({
      queries: 16,
      protocol: 'every prefix of each validation session, history kept',
    });
    const lines = readFileSync(slates, 'utf8').trim().split('\n');
    expect(lines.map((line) => line.split('\t')[0])).toEqual(['0', '1', '2', '3']);
    expect(lines[0]!.split('\t')[1]!.split(' ').slice(0, 5)).toContain('i2');
    const sessions = await openSessions({ train, test });
    const { final, levels } = sessionPlan(sessions, { seed: 1, queries: 50, validationQueries: 50 });
    expect(final.interactions.item.length).toBe(120 * 5);
    expect(levels[0]!.fit.interactions.item.length).toBe(108 * 5);
  }, 60_000);

  it('of sessions: tells on demand what each stage adds, and what is left without some features', async () => {
    const train = file(
      'study.txt',
      walks(120, 3, 5).map((walk) => walk.join(' ')),
    );
    const run = {
      seed: 1,
      slates: undefined,
      stages: 60,
      symmetric: true,
      without: ['popularity', 'position'],
    };
    const result = await benchmarkSessions({ train, test: file('few.txt', ['i1 i2 i3']) }, run, tools);
    expect(result).toMatchObject({ symmetric: true, without: ['popularity', 'position'] });
    const study = result['stages'] as Study;
    const recallOf = (name: string) => study.stages.find((one) => one.name === name)!['recall@10'].mean;
    expect(study.questions).toBe(16);
    // What comes next on the ring is what comes next; who is popular says nothing.
    expect(recallOf('transitions')).toBeGreaterThan(0.9);
    expect(recallOf('linear blend')).toBeGreaterThan(recallOf('popular'));
    expect(study.candidates.together.mean).toBe(1);
    expect(study.prices.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['nothing rounded', 'whole lists', 'half lists', 'vectors of 4 bits']),
    );
    expect(studyLines(study, ['recall@20', 'mrr@20']).join('\n')).toMatch(/linear blend +[01]\.\d{4} \[/);
    // Lists this short are cut alike by most packings: those are tried once.
    const tried = Object.keys(result['validation'] as object);
    expect(tried.filter((key) => /^validation\.lists\.\d+x[48]\.bytes$/.test(key))).not.toEqual([]);
    const { transitions, carries } = result['settings'] as TrainingSettings;
    expect(transitions.backward).toBe(1);
    expect(carries).toMatchObject({ order: false, pairs: false });
    const wrong = { ...run, without: ['luck'] };
    await expect(benchmarkSessions({ train, test: train }, wrong, tools)).rejects.toThrow(/group "luck"/);
  }, 60_000);

  it('of sequences: who has one item asks nothing, and the others keep their names', async () => {
    const data = file('uneven.txt', ['u1 a', 'u2 a b', 'u3 a b c']);
    const { users, asked, whole } = await openSequences({ data });
    expect([users, asked]).toEqual([3, ['u2', 'u3']]);
    expect(nextItemQueries(whole, 0).map(({ targets }) => whole.catalogue.groups[targets[0]!]!.id)).toEqual([
      'b',
      'c',
    ]);
  });

  it('names file, line, found and expected', async () => {
    const twice = file('twice.txt', ['u1 a b c', 'u1 a b d']);
    await expect(openSequences({ data: twice })).rejects.toThrow(/twice\.txt:2: expected each user once/);
    const attributes = file('attributes.json', ['{"a": 1}']);
    await expect(openSequences({ data: sequences('s.txt'), attributes })).rejects.toThrow(
      /attributes\.json, column a: expected a list/,
    );
    await expect(openSequences({ data: join(folder, 'none.txt') })).rejects.toThrow(/none\.txt/);
    await expect(openSessions({ train: file('empty.txt', ['']), test: twice })).rejects.toThrow(/empty\.txt/);
  });
});
