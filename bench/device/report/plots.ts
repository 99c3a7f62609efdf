import {
  BASE,
  drawPlots as draw,
  type Plot,
  type TopLevelSpec,
  type Wanted,
} from '../../../server/evaluation/report/plot.ts';
import type { Results } from '../results.ts';

/** Every figure of a run that is better seen than read, drawn in Node. */
export const drawPlots = (results: Results): Promise<Plot[]> => draw(specsOf(results));

function specsOf({ scan = [], ranker, device }: Results): Wanted[] {
  return [
    ...scan.map(({ kind, items, measured }) => ({
      title: `Exact top 100 of ${items.toLocaleString('en')} items, ${kind} data`,
      spec: scatter(
        measured
          .filter(({ recall }) => recall !== undefined)
          .map(({ name, family, recall, ms }) => ({ name, family, recall, ms: ms.p50 })),
      ),
    })),
    ...(ranker === undefined
      ? []
      : [
          {
            title: `Ranker, ${ranker.rows} candidates: time`,
            spec: bars(
              ranker.measured.map(({ name, ms }) => ({ name, value: ms.p50 })),
              'ms (log)',
              true,
            ),
          },
          {
            title: 'Ranker: error against double precision',
            spec: bars(
              ranker.measured.map(({ name, error }) => ({ name, value: error.rms })),
              'rms over deviation (log)',
              true,
            ),
          },
        ]),
    ...(device === undefined ? [] : devicePlots(device)),
  ];
}

function devicePlots({ usual, large, plain, crowded, coldStarts }: NonNullable<Results['device']>): Wanted[] {
  const rows = [
    { run: `${usual.items} items`, one: usual },
    { run: 'crowded', one: crowded },
    { run: 'no WebAssembly', one: plain },
    { run: `${large?.items} items`, one: large },
  ].flatMap(({ run, one }) =>
    Object.entries(one?.stages ?? {})
      .filter(([stage]) => stage !== 'total')
      .map(([stage, ms]) => ({ run, stage, ms })),
  );
  return [
    { title: 'recommend(), mean ms by stage', spec: stacked(rows) },
    {
      title: 'Worker start to first slate',
      spec: bars(
        coldStarts.map(({ storage, fromStart }) => ({ name: storage, value: fromStart.p50 })),
        'ms',
        false,
      ),
    },
  ];
}

const scatter = (values: object[]): TopLevelSpec => ({
  ...BASE,
  height: 280,
  data: { values },
  layer: [
    {
      mark: { type: 'point', filled: true, size: 70 },
      encoding: { color: { field: 'family', type: 'nominal', title: null } },
    },
    { mark: { type: 'text', align: 'left', dx: 7, fontSize: 9 }, encoding: { text: { field: 'name' } } },
  ],
  encoding: {
    x: { field: 'recall', type: 'quantitative', scale: { zero: false }, title: 'recall@100' },
    y: { field: 'ms', type: 'quantitative', scale: { type: 'log' }, title: 'p50 ms (log)' },
  },
});

const bars = (values: { name: string; value: number }[], title: string, log: boolean): TopLevelSpec => ({
  ...BASE,
  data: { values },
  mark: { type: log ? 'point' : 'bar', filled: true, size: log ? 70 : 14 },
  encoding: {
    x: { field: 'value', type: 'quantitative', title, ...(log ? { scale: { type: 'log' } } : {}) },
    y: { field: 'name', type: 'nominal', title: null, sort: null },
  },
});

const stacked = (values: object[]): TopLevelSpec => ({
  ...BASE,
  data: { values },
  mark: 'bar',
  encoding: {
    x: { field: 'ms', type: 'quantitative', aggregate: 'sum', title: 'ms' },
    y: { field: 'run', type: 'nominal', title: null, sort: null },
    color: { field: 'stage', type: 'nominal', sort: null },
  },
});
