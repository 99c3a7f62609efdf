import type { Moment, ShopperState } from '../shared/engine/contract.ts';
import { evidence, question, recommend } from '../shared/engine/recommend.ts';
import type { DrawnSlate, Explanation } from '../shared/protocol/device.ts';
import { type MarketId, mintRecId, type RecId } from '../shared/protocol/ids.ts';
import type { SlateCause, SlateRequest } from '../shared/protocol/slate.ts';
import type { CandidateResponse } from '../shared/protocol/sync.ts';
import type { Host } from './host.ts';
import type { OutsideRanker } from './onnx/outside-ranker.ts';
import { EMPTY_STATE } from './shopper.ts';
import type { LevelName } from './sync/levels.ts';
import type { Serving } from './sync/releases.ts';

/** Slates that can still be explained. */
const MOST_REMEMBERED = 24;
const POPULAR_LIMIT = 24;

export interface SlateOptions {
  readonly host: Host;
  readonly market: MarketId | undefined;
  readonly utcOffsetMinutes: number;
}

export interface SlateMaker {
  make(serving: Serving, state: ShopperState, request: SlateRequest, server?: CandidateResponse): DrawnSlate;
  /**
   * Asks the shop's own ranker first. What serves may have changed when it has answered: then it is not heard.
   * @param current what serves
   */
  makeBy(ranker: OutsideRanker, current: () => Serving | undefined, asked: Asked): Promise<DrawnSlate>;
  popular(serving: Serving, market: MarketId | null): DrawnSlate;
  empty(request: SlateRequest, cause: SlateCause): DrawnSlate;
  /** null for a slate or an item that is no longer known */
  explain(serving: Serving | undefined, recId: RecId, item: string): Explanation | null;
  forget(): void;
}

/** What a slate is asked with. */
export interface Asked {
  readonly state: ShopperState;
  readonly request: SlateRequest;
  readonly server?: CandidateResponse | undefined;
}

/** Everything that a slate was made from: enough to make it again. */
interface Made {
  readonly state: ShopperState;
  readonly request: SlateRequest;
  readonly moment: Moment;
  readonly release: string;
  readonly level: LevelName;
}

export function createSlates({ host, market, utcOffsetMinutes }: SlateOptions): SlateMaker {
  const records = new Map<RecId, Made>();

  const momentOf = (request: Pick<SlateRequest, 'market'>): Moment => {
    const now = host.now();
    const chosen = request.market ?? market;
    return {
      now,
      seed: Math.floor(host.uniform() * 2 ** 32),
      recId: mintRecId(now, host.random(10)),
      utcOffsetMinutes,
      rules: 'on',
      ...(chosen === undefined ? {} : { market: chosen }),
    };
  };

  const draw = (serving: Serving, state: ShopperState, request: SlateRequest, moment: Moment): DrawnSlate => {
    const stages: Record<string, number> = {};
    const trace = { clock: () => host.steady(), stages };
    const made = recommend(serving.engine, state, request, { ...moment, trace });
    const slate = serving.level === 'head' ? { ...made, level: serving.level } : made;
    const cards = slate.entries.map(
      ({ variant, item }) => serving.cards?.card(variant) ?? serving.cards?.card(item),
    );
    return { slate, cards, timings: stages };
  };

  const drawRecorded = (serving: Serving, { state, request }: Asked, moment: Moment): DrawnSlate => {
    records.set(moment.recId, {
      state,
      request,
      moment,
      release: serving.engine.release,
      level: serving.level,
    });
    const oldest = records.keys().next().value;
    if (records.size > MOST_REMEMBERED && oldest !== undefined) records.delete(oldest);
    return draw(serving, state, request, moment);
  };
  const momentWith = ({ request, server }: Asked): Moment => ({
    ...momentOf(request),
    ...(server === undefined ? {} : { server }),
  });
  const empty: SlateMaker['empty'] = (request, cause) => {
    const { recId, now } = momentOf(request);
    const { placement } = request;
    return {
      slate: { recId, placement, status: 'empty', cause, release: null, entries: [], madeAt: now },
      cards: [],
      timings: {},
    };
  };

  return {
    make: (serving, state, request, server) => {
      const asked = { state, request, server };
      return drawRecorded(serving, asked, momentWith(asked));
    },
    async makeBy(ranker, current, asked) {
      const before = current();
      if (before === undefined) return empty(asked.request, 'closed');
      const moment = momentWith(asked);
      const started = host.steady();
      const questioned = question(before.engine, asked.state, asked.request, moment);
      const outside = questioned && (await ranker.rank(questioned));
      const serving = current();
      if (serving === undefined) return empty(asked.request, 'closed');
      if (outside === undefined || serving !== before) return drawRecorded(serving, asked, moment);
      const waited = host.steady() - started;
      const drawn = drawRecorded(serving, asked, { ...moment, outside });
      return { ...drawn, ranker: outside.model, timings: { ...drawn.timings, outside: waited } };
    },
    popular(serving, wanted) {
      const request: SlateRequest = {
        placement: 'for-you',
        limit: POPULAR_LIMIT,
        ...(wanted === null ? {} : { market: wanted }),
      };
      return draw(serving, EMPTY_STATE, request, momentOf(request));
    },
    empty,
    explain(serving, recId, item) {
      const record = records.get(recId);
      if (record === undefined || record.release !== serving?.engine.release) return null;
      // The same release, but other rows: its evidence would be another.
      if (record.level !== serving.level) return null;
      const { state, request, moment } = record;
      return evidence(serving.engine, state, { request, moment }, item);
    },
    forget: () => records.clear(),
  };
}
