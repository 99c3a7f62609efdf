import type { OutsideLogits, Scored } from '../../shared/engine/contract.ts';
import type { DeviceFeatures } from '../../shared/onnx/admit.ts';
import { RankerRefusal, type RefusalCode } from '../../shared/onnx/refusal.ts';
import type { OutsideRankerOptions, OutsideRankerStatus } from '../../shared/protocol/device.ts';
import type { Host } from '../host.ts';
import { fetchCapped } from './download.ts';
import { type Line, openLine, type Patience } from './line.ts';
import type { RankerPort } from './port.ts';
import type { Quarantine } from './quarantine.ts';

/** A shop's own ranker. It opens when it is first asked, and whatever it does, a slate never waits beyond its deadline. */
export interface OutsideRanker {
  /** @returns undefined where the release's ranker is to answer: never throws, never takes longer than the deadline */
  rank(question: Scored): Promise<OutsideLogits | undefined>;
  status(): OutsideRankerStatus;
  /** ends its worker and gives the memory back */
  close(): void;
}

export interface OutsideRankerParts {
  readonly options: OutsideRankerOptions;
  readonly host: Host;
  readonly device: DeviceFeatures;
  readonly quarantine: Quarantine;
  start(script: string): Promise<RankerPort>;
  trouble(code: string, message: string): void;
}

/** Failures of one page after which a model is left alone. */
export const MOST_FAILURES = 3;
const MOST_SIDECAR = 1 << 20;
/** model, runtime and the runtime's start */
const NETWORK: Patience = { ms: 20_000, code: 'ranker-unreachable' };
/** Two runs; a model that needs longer is none for a shop's page. */
const REHEARSAL: Patience = { ms: 10_000, code: 'ranker-deadline' };
const REST = 2_000;
/** A slate that waits longer is one that the page has given up. */
const MOST_DEADLINE = 2_000;
const LEAST_DEADLINE = 1;

/** What may be better next time. Everything else is the model's own nature, or this browser's. */
const PASSING: ReadonlySet<RefusalCode> = new Set(['ranker-unreachable', 'ranker-crash']);
/** What a model did, once it ran: kept by its hash. */
const DEEDS: ReadonlySet<RefusalCode> = new Set([
  'ranker-session',
  'ranker-run',
  'ranker-output',
  'ranker-not-finite',
  'ranker-deadline',
  'ranker-crash',
]);

interface Open {
  readonly model: string;
  readonly line: Line;
}

export function createOutsideRanker(parts: OutsideRankerParts): OutsideRanker {
  const { options, host, trouble } = parts;
  const deadline = options.deadline >= 1 ? Math.min(options.deadline, MOST_DEADLINE) : LEAST_DEADLINE;
  let state: OutsideRankerStatus['state'] = 'idle';
  let code: string | null = null;
  let model: string | null = null;
  let opening: Promise<Open | undefined> | undefined;
  let line: Line | undefined;
  let failures = 0;
  let restUntil = 0;

  const over = (): boolean => state === 'refused' || state === 'closed';
  const isolate = (why: RefusalCode): void => {
    // Kept or not, this page leaves it alone.
    if (model !== null && DEEDS.has(why)) void parts.quarantine.put(model, why).catch(() => undefined);
  };

  const fail = (error: unknown, whileOpening: boolean): void => {
    line?.end();
    line = undefined;
    opening = undefined;
    if (over()) return;
    const refusal = error instanceof RankerRefusal ? error : new RankerRefusal('ranker-crash', String(error));
    code = refusal.code;
    failures += 1;
    trouble(refusal.code, refusal.message);
    const forGood = whileOpening && !PASSING.has(refusal.code);
    if (!forGood && failures < MOST_FAILURES) {
      state = 'resting';
      restUntil = host.steady() + REST * 4 ** (failures - 1);
      return;
    }
    state = 'refused';
    isolate(refusal.code);
    if (!forGood && DEEDS.has(refusal.code))
      trouble('ranker-quarantined', `left alone after ${failures} failures, the last: ${refusal.code}`);
  };

  const open = async (): Promise<Open> => {
    const sidecar = await readJson(host, options.sidecar);
    const named = hashIn(sidecar);
    model = named;
    const before = await parts.quarantine.of(named).catch(() => undefined);
    if (before !== undefined)
      throw new RankerRefusal('ranker-quarantined', `model ${named} failed here lately: ${before}`);
    const port = await parts.start(options.script);
    const mine = openLine(port, host);
    line = mine;
    if (over()) mine.end();
    const { url, script } = options;
    const wasm = new URL('ort-wasm-simd-threaded.wasm', script).href;
    const message = { kind: 'open', url, sidecar, wasm, device: parts.device } as const;
    await mine.ask(message, { patience: NETWORK, computing: REHEARSAL });
    state = 'ready';
    return { model: named, line: mine };
  };

  const begin = (): Promise<Open | undefined> => {
    state = 'opening';
    opening = open().catch((error: unknown) => {
      fail(error, true);
      return undefined;
    });
    return opening;
  };

  const ask = async (question: Scored, wanted: () => boolean): Promise<OutsideLogits | undefined> => {
    // Copies, taken before anything is awaited: they go to the worker, and the funnel goes on with its own.
    const items = question.candidates.items.slice();
    const features = question.features.slice();
    const categories = question.categories.slice();
    const ready = await (opening ?? begin());
    if (ready === undefined) return undefined;
    try {
      const patience = { ms: deadline, code: 'ranker-deadline' } as const;
      const asked = { kind: 'rank', question: { rows: items.length, features, categories } } as const;
      const answer = await ready.line.ask(asked, { patience, wanted });
      if (answer?.kind !== 'ranked') return undefined;
      return { model: ready.model, items, logits: answer.logits };
    } catch (error) {
      // Others that waited in the same line fail with it, and count once.
      if (ready.line === line) fail(error, false);
      return undefined;
    }
  };

  return {
    rank(question) {
      if (over() || (state === 'resting' && host.steady() < restUntil)) return Promise.resolve(undefined);
      return new Promise((resolve) => {
        let waiting = true;
        const answer = (logits: OutsideLogits | undefined): void => {
          waiting = false;
          cancel();
          resolve(logits);
        };
        const cancel = host.later(deadline, () => answer(undefined));
        void ask(question, () => waiting).then(answer);
      });
    },
    status: () => ({ state, model, code }),
    close() {
      state = 'closed';
      line?.end();
      line = undefined;
    },
  };
}

async function readJson(host: Host, url: string): Promise<unknown> {
  const load = (address: string): Promise<Response> =>
    host.fetch(address, { credentials: 'omit', signal: AbortSignal.timeout(NETWORK.ms) });
  const bytes = await fetchCapped(load, url, MOST_SIDECAR);
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new RankerRefusal('ranker-sidecar', `${url} is not JSON: ${String(error)}`);
  }
}

/** All else of the sidecar is read by the ranker's own worker, so that none of it weighs on a page without one. */
function hashIn(sidecar: unknown): string {
  const { model } = (sidecar ?? {}) as { readonly model?: { readonly sha256?: unknown } };
  const hash = model?.sha256;
  if (typeof hash === 'string' && /^[0-9a-f]{64}$/.test(hash)) return hash;
  throw new RankerRefusal('ranker-sidecar', 'model.sha256: expected 64 hexadecimal digits');
}
