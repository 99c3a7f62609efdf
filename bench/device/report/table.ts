import type { DeviceResult } from '../funnel/device.ts';
import type { Steady } from '../funnel/steady.ts';
import type { Summary } from '../measure/statistics.ts';
import type { RankerResult } from '../ranker/ranker.ts';
import type { Results } from '../results.ts';
import type { Contest } from '../scan/contest.ts';
import { bestPeerIn, figuresOf, oursIn } from './keys.ts';

type Row = readonly string[];

/** Columns as wide as what is in them, numbers to the right. */
export function layOut(rows: readonly Row[]): string {
  const widths = rows[0]!.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows
    .map((row) =>
      row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!))).join('  '),
    )
    .join('\n');
}

const ms = (number: number): string => number.toFixed(number < 1 ? 4 : number < 100 ? 2 : 0);
const spread = ({ spread: share }: Summary): string => `±${(100 * share).toFixed(0)}%`;

/** All of a run, to be read. */
export function printResults(results: Results): string {
  const { machine, scan = [], ranker, device, wire, leftOut, failures } = results;
  const parts = [
    `${machine.browser}, ${machine.cores} x ${machine.processor}, load ${machine.load.toFixed(1)} at the start; ` +
      'ms: medians, ± half the distance of the quartiles',
    ...scan.map(printContest),
    wire && `Bytes to load\n${layOut([['', 'raw', 'gzip', 'brotli'], ...Object.entries(wire).map(wireRow)])}`,
    ranker && printRanker(ranker),
    device && printDevice(device),
    `Left out\n${[...failures, ...leftOut].map((line) => `  ${line}`).join('\n')}`,
    printKeys(results),
  ];
  return `${parts.filter((part) => part !== undefined).join('\n\n')}\n`;
}

const wireRow = ([name, { raw, gzip, brotli }]: [
  string,
  { raw: number; gzip: number; brotli: number },
]): Row => [name, ...[raw, gzip, brotli].map((bytes) => bytes.toLocaleString('en'))];

function printContest(contest: Contest): string {
  const { kind, items, measured } = contest;
  const rows = measured.map(({ name, recall, ms: time, build }) => [
    name,
    recall?.toFixed(4) ?? '-',
    ms(time.p50),
    spread(time),
    ms(time.p99),
    `${(build.buildMs / 1000).toFixed(1)} s`,
    `${(build.memoryBytes / 1e6).toFixed(0)} MB`,
  ]);
  const head = ['', 'recall@100', 'p50 ms', '', 'p99 ms', 'build', 'memory'];
  return `Exact top 100, ${kind} data, ${items} items\n${layOut([head, ...rows])}\n${verdict(contest)}`;
}

function verdict(contest: Contest): string {
  const ours = oursIn(contest);
  const peer = bestPeerIn(contest);
  const quicker = contest.measured.filter(
    (one) => !one.ours && ours !== undefined && one.ms.p50 < ours.ms.p50,
  );
  const lines = quicker.map(
    ({ name, recall }) => `  quicker than ours with recall ${recall?.toFixed(4)}: ${name}`,
  );
  if (ours !== undefined && peer !== undefined) {
    const times = peer.ms.p50 / ours.ms.p50;
    lines.push(
      `  fastest peer of at least our recall: ${peer.name}, ${times.toFixed(2)} x our time${times < 1 ? ': THE PEER WINS' : ''}`,
    );
  } else lines.push('  no peer reached our recall');
  return lines.join('\n');
}

function printRanker({ rows, inputs, measured }: RankerResult): string {
  const lines = measured.map(({ name, ms: time, error, openMs }) => [
    name,
    ms(time.p50),
    spread(time),
    ms(time.p99),
    error.rms.toExponential(2),
    error.most.toExponential(2),
    error.overlap50.toFixed(2),
    `${openMs.toFixed(0)} ms`,
  ]);
  const head = ['', 'p50 ms', '', 'p99 ms', 'rms error', 'largest', 'best 50', 'open'];
  return (
    `${rows} candidates, ${inputs} inputs, 512-256-128-1; errors against double precision, over its deviation\n` +
    layOut([head, ...lines])
  );
}

function printDevice({
  usual,
  large,
  plain,
  crowded,
  coldStarts,
  firstVisit,
  tasks,
  memory,
}: DeviceResult): string {
  const steady = (title: string, one: Steady | undefined): Row[] =>
    one === undefined
      ? []
      : [
          [`recommend(), ${title}`, ms(one.recommend.p50), spread(one.recommend), ms(one.recommend.p99)],
          [`event to slate, ${title}`, ms(one.event.p50), spread(one.event), ms(one.event.p99)],
        ];
  const timed = (title: string, time: Summary | undefined): Row[] =>
    time === undefined ? [] : [[title, ms(time.p50), spread(time), ms(time.p99)]];
  const rows: Row[] = [
    ['', 'p50 ms', '', 'p99 ms'],
    ...steady(`${usual.items} items`, usual),
    ...steady(`${usual.items} items, crowded`, crowded),
    ...steady(`${usual.items} items, no WebAssembly`, plain),
    ...(large === undefined ? [] : steady(`${large.items} items`, large)),
    ...coldStarts.flatMap(({ storage, kept, fromStart, lastSlate, personal }) => [
      ...timed(`worker start to first slate, ${storage} (kept in ${kept})`, fromStart),
      ...timed(`next page: last slate, ${storage}`, lastSlate),
      ...timed(`next page: personalised, ${storage}`, personal),
    ]),
    ...timed(`first visit, ${firstVisit.items} items: popular`, firstVisit.popular),
    ...timed(`first visit, ${firstVisit.items} items: personalised`, firstVisit.personal),
    ...timed('longest task of the page', tasks.longest),
    ...timed('  the same page without Tacit', tasks.longestWithout),
    ...timed('most work in a task of the page', tasks.longestWork),
    ...timed('  the same page without Tacit', tasks.longestWorkWithout),
  ];
  const stages = Object.entries(usual.stages).map(([stage, time]) => `${stage} ${time.toFixed(2)}`);
  const process = memory.processMB === undefined ? '' : `, ${memory.processMB.toFixed(1)} of its process`;
  return [
    `As the page sees it (build ${usual.build})`,
    layOut(rows),
    `stages, mean ms: ${stages.join(', ')}`,
    `memory of a tab, ${memory.items} items: ${memory.accountedMB.toFixed(1)} MB${process} (page without Tacit: ${memory.emptyMB.toFixed(1)})`,
  ].join('\n');
}

function printKeys(results: Results): string {
  const rows = Object.entries(figuresOf(results)).map(([key, figure]) => [
    key,
    'value' in figure ? figure.value.toPrecision(4) : `- (${figure.why})`,
  ]);
  return layOut([['', ''], ...rows]).trimStart();
}
