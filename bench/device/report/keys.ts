import type { Results } from '../results.ts';
import type { Contest, Measured } from '../scan/contest.ts';
import type { DataKind } from '../scan/data.ts';
import { MEMORY_READ } from '../scan/families.ts';

/** What each key says, exactly. */
export const MEANING = {
  scan20kOverMemoryRead: 'as scan100kOverMemoryRead, 20,000 items',
  scan100kOverMemoryRead:
    'exact top 100 of 100,000 x 64 int8 rows (relaxed SIMD, query quantised inside the clock, no rescoring) over one read of the same 6.4 MB of rows by 128-bit loads, p50 over p50, hard data',
  scan500kOverMemoryRead: 'as scan100kOverMemoryRead, 500,000 items',
  bestPeerOverOurs20k: 'as bestPeerOverOurs100k, 20,000 items',
  bestPeerOverOurs100k:
    'fastest peer whose recall@100 against exact float32 is at least ours, over our fastest build rescored from half-float residuals, p50 over p50, hard data, 100,000 items; below 1 the peer wins',
  bestPeerOverOurs500k: 'as bestPeerOverOurs100k, 500,000 items',
  bestPeerOverOurs20kClustered: 'as bestPeerOverOurs20k, clustered data',
  bestPeerOverOurs100kClustered: 'as bestPeerOverOurs100k, clustered data',
  bestPeerOverOurs500kClustered: 'as bestPeerOverOurs500k, clustered data',
  rankerOrtInt8OverOurs:
    "1,000 candidates through the full ranker: onnxruntime-web's fastest int8 form over our fastest int8 build, p50 over p50, one thread, the same weights",
  rankerErrorOursOverOrt:
    'root mean square error of our int8 logits against double precision, over that of the same onnxruntime-web form that rankerOrtInt8OverOurs times; at most 1 is no worse. Our own rounding exported to ONNX, slower there, is listed beside it',
  recommend100kP50Ms:
    'recommend() as the page sees it, 100,000 items, 1,000 candidates, full ranker, 20 shown, after a view that the worker has taken up: median',
  recommend100kP99Ms: 'the same: 99th percentile',
  recommend100kCrowdedP50Ms:
    'the same with the whole browser on one core and the page busy half of every frame of 60 Hz: median',
  recommend500kP50Ms: 'as recommend100kP50Ms, 500,000 items',
  recommend100kPlainJsP50Ms:
    'as recommend100kP50Ms in a browser without WebAssembly: plain JS and the smaller ranker',
  eventToSlateP50Ms: "from the shop's track() to the slate that knows of it, 100,000 items: median",
  coldStart100kMs:
    "100,000 items kept in OPFS: from the worker's start (its timeOrigin) to the first slate in the page's hands, median of pages",
  firstVisitMs:
    'a browser that has never been here, 20,000 items on loopback: from the navigation to the first slate made from a view on this page, a popular one shown before it, median of visits',
  nextPageMs:
    'the next page of a shop with 100,000 items kept in OPFS, in the same tab: from the navigation to a personalised slate, median of pages',
  lastSlateMs: 'the same, to the slate that stood there last, from the memory of the page itself',
  longestPageTaskMs:
    "longest task of the page's thread in which the SDK's code ran, whole task and the promises that settle at its end, from a first visit through ten slates to the next page; median of the runs' longest",
  longestPageTaskWithoutMs:
    'the same of the same page with a script that does nothing in the place of the SDK: what of longestPageTaskMs is not caused by Tacit',
  longestPageTaskWorkMs: 'processor time of the task that takes most of it, as longestPageTaskMs',
  memory100kMB:
    'page and worker at 100,000 items after 200 slates, as measureUserAgentSpecificMemory counts them after a collection (heaps, buffers, WebAssembly), MB',
} as const;
export type Key = keyof typeof MEANING;
export const KEYS = Object.keys(MEANING) as readonly Key[];

/** A figure, or why there is none. */
export type Figure = { readonly value: number } | { readonly why: string };

const value = (number: number | undefined, otherwise: string): Figure =>
  number !== undefined && Number.isFinite(number) ? { value: number } : { why: otherwise };
const NOT_RUN = 'this part was not run, or failed';

/** Every key: a finite number, or the reason that there is none. */
export function figuresOf(results: Results): Record<Key, Figure> {
  const { first, usual, large } = results.plan.sizes;
  const { device } = results;
  const ofDevice = (number: number | undefined, otherwise = NOT_RUN) => value(number, otherwise);
  const opfs = device?.coldStarts.find(({ storage }) => storage === 'opfs');
  return {
    scan20kOverMemoryRead: overRead(results, first),
    scan100kOverMemoryRead: overRead(results, usual),
    scan500kOverMemoryRead: overRead(results, large),
    bestPeerOverOurs20k: bestPeer(results, 'hard', first),
    bestPeerOverOurs100k: bestPeer(results, 'hard', usual),
    bestPeerOverOurs500k: bestPeer(results, 'hard', large),
    bestPeerOverOurs20kClustered: bestPeer(results, 'clustered', first),
    bestPeerOverOurs100kClustered: bestPeer(results, 'clustered', usual),
    bestPeerOverOurs500kClustered: bestPeer(results, 'clustered', large),
    ...rankerFigures(results),
    recommend100kP50Ms: ofDevice(device?.usual.recommend.p50),
    recommend100kP99Ms: ofDevice(device?.usual.recommend.p99),
    recommend100kCrowdedP50Ms: ofDevice(
      device?.crowded?.recommend.p50,
      device === undefined ? NOT_RUN : 'nothing on this system pins a browser to one core',
    ),
    recommend500kP50Ms: ofDevice(device?.large?.recommend.p50),
    recommend100kPlainJsP50Ms: ofDevice(device?.plain?.recommend.p50),
    eventToSlateP50Ms: ofDevice(device?.usual.event.p50),
    coldStart100kMs: ofDevice(opfs?.fromStart.p50),
    firstVisitMs: ofDevice(device?.firstVisit.personal.p50),
    nextPageMs: ofDevice(opfs?.personal?.p50),
    lastSlateMs: ofDevice(opfs?.lastSlate?.p50),
    longestPageTaskMs: ofDevice(device?.tasks.longest.p50),
    longestPageTaskWithoutMs: ofDevice(device?.tasks.longestWithout.p50),
    longestPageTaskWorkMs: ofDevice(device?.tasks.longestWork.p50),
    memory100kMB: ofDevice(device?.memory.accountedMB),
  };
}

export const contestOf = ({ scan }: Results, kind: DataKind, items: number): Contest | undefined =>
  scan?.find((contest) => contest.kind === kind && contest.items === items);

/** Relaxed SIMD over the rows alone, p50 over p50, on hard data. */
function overRead(results: Results, items: number): Figure {
  const contest = contestOf(results, 'hard', items);
  if (contest === undefined) return { why: NOT_RUN };
  const p50 = (name: string) => contest.measured.find((one) => one.name === name)?.ms.p50;
  const [read, scan] = [p50(MEMORY_READ), p50('tacit relaxed')];
  return value(read && scan && scan / read, `${why(contest, 'tacit relaxed')}${why(contest, MEMORY_READ)}`);
}

const why = ({ leftOut }: Contest, family: string): string =>
  leftOut.find((one) => one.family === family)?.why ?? '';

const fastest = (list: readonly Measured[]): Measured | undefined =>
  [...list].sort((a, b) => a.ms.p50 - b.ms.p50)[0];

/** Our fastest build after rescoring. */
export const oursIn = ({ measured }: Contest): Measured | undefined =>
  fastest(measured.filter(({ name, ours }) => ours && name.endsWith('rescored')));

/** The fastest peer that finds at least as much as we do. */
export function bestPeerIn(contest: Contest): Measured | undefined {
  const ours = oursIn(contest);
  return fastest(
    contest.measured.filter(({ ours: own, recall = 0 }) => !own && recall >= (ours?.recall ?? 1)),
  );
}

function bestPeer(results: Results, kind: DataKind, items: number): Figure {
  const contest = contestOf(results, kind, items);
  if (contest === undefined) return { why: NOT_RUN };
  const ours = oursIn(contest);
  const peer = bestPeerIn(contest);
  if (ours === undefined) return { why: 'our scan was not measured' };
  return value(peer && peer.ms.p50 / ours.ms.p50, `no peer reached our recall of ${ours.recall?.toFixed(4)}`);
}

/** Time and error of the same two: the runtime's fastest int8 form and our fastest int8 build. */
function rankerFigures({
  ranker,
}: Results): Pick<Record<Key, Figure>, 'rankerOrtInt8OverOurs' | 'rankerErrorOursOverOrt'> {
  const int8 = ranker?.measured.filter(({ precision }) => precision === 'int8') ?? [];
  const quickest = (ours: boolean) =>
    int8.filter((one) => one.ours === ours).sort((a, b) => a.ms.p50 - b.ms.p50)[0];
  const [own, peer] = [quickest(true), quickest(false)];
  return {
    rankerOrtInt8OverOurs: value(peer && own && peer.ms.p50 / own.ms.p50, NOT_RUN),
    rankerErrorOursOverOrt: value(peer && own && own.error.rms / peer.error.rms, NOT_RUN),
  };
}

/** As `--json` prints it: flat keys, the reasons of those that are null, and everything below. */
export function asJson(results: Results): Record<string, unknown> {
  const figures = Object.entries(figuresOf(results));
  const reasons = figures.flatMap(([key, figure]) => ('why' in figure ? [[key, figure.why] as const] : []));
  return {
    ...Object.fromEntries(
      figures.map(([key, figure]) => [key, 'value' in figure ? rounded(figure.value) : null]),
    ),
    detail: { meaning: MEANING, nulls: Object.fromEntries(reasons), ...results },
  };
}

const rounded = (number: number): number => Number(number.toPrecision(4));
