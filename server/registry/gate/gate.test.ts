import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { publish, rollback } from '../../publish/publish.ts';
import { GateError, type Verdict } from '../contract.ts';
import { promote } from '../promote.ts';
import { type Bench, championAt, examOf, NOWHERE, registryBench, SITE } from '../registry.case.ts';

let bench: Bench;
beforeEach(() => {
  bench = registryBench();
});
afterEach(() => bench.close());

const promoted = (own: { force?: string; limits?: object } = {}) =>
  promote(bench.context, { site: SITE, environment: NOWHERE, ...own });
const refusal = async (): Promise<Verdict> => {
  const error = await promoted().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof GateError)) throw new Error(`expected the gate to refuse, found ${error}`);
  return error.verdict;
};
const failed = ({ checks }: Verdict) => checks.filter(({ passed }) => !passed).map(({ name }) => name);
const of = (verdict: Verdict, name: string) => verdict.checks.find((check) => check.name === name);

describe('aliases', () => {
  it('follow what is published, forwards and back', async () => {
    const { runs } = bench.home.store;
    expect(runs.aliases(SITE)).toEqual({ champion: undefined, challenger: undefined });
    const first = await bench.record();
    expect(runs.aliases(SITE)).toEqual({ champion: undefined, challenger: first });
    await publish(bench.context, { site: SITE });
    const second = await bench.record({ seed: 2 });
    expect(runs.aliases(SITE)).toEqual({ champion: first, challenger: second });
    await publish(bench.context, { site: SITE });
    expect(runs.aliases(SITE)).toEqual({ champion: second, challenger: undefined });
    await rollback(bench.context, { site: SITE });
    expect(runs.aliases(SITE).champion).toBe(first);
  });
});

describe('the gate', () => {
  it('judges the first release against popularity alone, and keeps what it found', async () => {
    const run = await bench.record({ exam: examOf(200, { twin: 0.3 }) });
    const { released, verdict } = await promoted();
    expect([released.run, verdict.passed, verdict.champion]).toEqual([run, true, null]);
    expect(bench.home.store.runs.notes(SITE, run, 'verdict')).toEqual([verdict]);
  });

  it('refuses what popularity answers as well, unless somebody says why', async () => {
    const run = await bench.record({ exam: examOf(200, { twin: 0.3, popularity: 0.3 }) });
    expect(failed(await refusal())).toEqual(['popularity']);
    expect(bench.home.store.releases.current(SITE)).toBeUndefined();
    const { verdict } = await promoted({ force: 'the shop opens today' });
    expect(verdict).toMatchObject({ passed: false, forced: 'the shop opens today' });
    expect(bench.home.store.runs.notes(SITE, run, 'verdict').map(({ forced }) => forced)).toEqual([
      undefined,
      'the shop opens today',
    ]);
  });

  it('says what it could not test, and lets it through', async () => {
    await bench.record();
    const none = await promoted();
    await bench.record({ seed: 2, exam: examOf(10, { twin: 0.1, popularity: 0.3 }) });
    const few = await promoted();
    for (const { verdict } of [none, few]) {
      const warned = verdict.checks.filter(({ warning }) => warning).map(({ name }) => name);
      expect(warned).toEqual(['champion', 'popularity', 'quantisation', 'parity: Chromium']);
    }
    expect(of(few.verdict, 'popularity')?.warning).toContain('found 10 test queries');
  });

  it.each([
    ['a little worse', 0.29, []],
    ['better', 0.4, []],
    ['clearly worse', 0.2, ['champion']],
  ])('compares with the champion: %s', async (_, twin, names) => {
    const champion = await bench.record();
    await publish(bench.context, { site: SITE });
    await bench.record({ seed: 2, exam: examOf(300, { twin, champion: championAt(champion, 300, 0.3) }) });
    if (names.length === 0) expect((await promoted()).verdict).toMatchObject({ passed: true, champion });
    else expect(failed(await refusal())).toEqual(names);
  });

  it('wants a comparison with what is published now', async () => {
    const first = await bench.record();
    await publish(bench.context, { site: SITE });
    await bench.record({ seed: 2 });
    await publish(bench.context, { site: SITE });
    await bench.record({ seed: 3, exam: examOf(300, { twin: 0.9, champion: championAt(first, 300, 0.3) }) });
    const verdict = await refusal();
    expect(failed(verdict)).toEqual(['champion']);
    expect(of(verdict, 'champion')?.found).toContain('compared with run-1');
  });

  it('weighs what rounding and cutting cost', async () => {
    await bench.record({ exam: examOf(300, { twin: 0.3, exact: 0.302 }) });
    expect((await promoted()).verdict.passed).toBe(true);
    await bench.record({ seed: 2, exam: examOf(300, { twin: 0.3, exact: 0.32 }) });
    expect(failed(await refusal())).toEqual(['quantisation']);
  });

  it('limits bytes, by part and against the champion', async () => {
    await bench.record();
    const verdict = await promoted({ limits: { wholeBytes: 100 }, force: 'a test' });
    expect(failed(verdict.verdict)).toEqual(['size']);
    await bench.record({ seed: 2 });
    const grown = await promoted({ limits: { growth: 0.5 }, force: 'a test' });
    expect(failed(grown.verdict)).toEqual(['size against the champion']);
  });
});
