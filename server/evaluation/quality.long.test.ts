import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { loadKernel } from '../../shared/kernel/load.ts';
import type { SiteId } from '../../shared/protocol/ids.ts';
import { describeWithData } from '../../tests/data.ts';
import { importFiles } from '../catalogue/import.ts';
import { onlineRetail } from '../catalogue/online-retail/importer.ts';
import { scratch } from '../catalogue/scratch.case.ts';
import { STOPWATCH } from '../cli/stopwatch.ts';
import { openStore } from '../store/store.ts';
import { storedShop } from '../training/stored-shop.ts';
import { benchmarkSequences } from './benchmark/run.ts';
import { evaluateShop } from './shop/evaluate.ts';

const kernel = loadKernel();
const quiet = { stage() {}, log() {} };
const AN_HOUR = 3_600_000;

describeWithData('quality of what is trained', (file) => {
  const write = scratch();

  it(
    'sequences: far above the skip-transition floor, and its slates grade as it says',
    async () => {
      const data = file('amazon-beauty/sequences.txt');
      const attributes = file('amazon-beauty/item_attributes.json');
      const slates = write('slates.tsv', '');
      const result = await benchmarkSequences(
        { data, attributes },
        { seed: 1, slates },
        { kernel, journal: quiet, ...STOPWATCH },
      );
      expect(result['recall@10']).toBeGreaterThan(0.105);
      expect(result['ndcg@10']).toBeGreaterThan(0.063);
      // Graded again from the files alone, by counting.
      const last = new Map(
        readFileSync(data, 'utf8')
          .trim()
          .split('\n')
          .map((line) => line.split(' '))
          .map((words) => [words[0], words.at(-1)]),
      );
      const lines = readFileSync(slates, 'utf8').trim().split('\n');
      const hits = lines.filter((line) => {
        const [user, ids] = line.split('\t') as [string, string];
        return ids.split(' ').slice(0, 10).includes(last.get(user)!);
      });
      expect(lines).toHaveLength(last.size);
      expect(hits.length / lines.length).toBeCloseTo(Number(result['recall@10']), 10);
    },
    AN_HOUR,
  );

  it(
    'Online Retail II: above popularity and item-kNN in every task, beyond the interval',
    async () => {
      const store = openStore(':memory:');
      const site = 'demo' as SiteId;
      const surroundings = {
        store,
        subjectOf: (customer: string) => customer,
        progress: () => {},
        signal: new AbortController().signal,
        now: () => 0,
      };
      const files = [file('online-retail-ii/online_retail_II_2009-2010.csv.gz')];
      await importFiles({ importer: onlineRetail, files, site }, surroundings);
      const shop = storedShop(store, site, Number.MAX_SAFE_INTEGER);
      const options = { seed: 1, code: 'test', kernel, ...STOPWATCH, days: 37, resamples: 1000 };
      const result = await evaluateShop(shop, options, quiet);
      store.close();
      for (const task of ['nextBasket', 'nextBasketNew', 'hiddenItem'] as const)
        for (const baseline of ['popularity', 'itemKnn'])
          for (const metric of ['recall@10', 'ndcg@10']) {
            const { funnelMinus } = result[task];
            expect(funnelMinus[baseline]![metric]!.low, `${task} ${baseline} ${metric}`).toBeGreaterThan(0);
          }
    },
    AN_HOUR,
  );
});
