import type { Moment, ShopperState } from '../shared/engine/contract.ts';
import { recommend } from '../shared/engine/recommend.ts';
import type { DrawnSlate } from '../shared/protocol/device.ts';
import { type MarketId, mintRecId, type RecId } from '../shared/protocol/ids.ts';
import type { SlateCause, SlateRequest } from '../shared/protocol/slate.ts';
import type { CandidateResponse } from '../shared/protocol/sync.ts';
import { holdCards } from './held-cards.ts';
import type { Host } from './host.ts';
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
  /** when a slate is asked for, and with what beside the shopper */
  momentOf(asked: Asked): Moment;
  make(serving: Serving, asked: Asked, moment?: Moment): DrawnSlate;
  popular(serving: Serving, market: MarketId | null): DrawnSlate;
  empty(request: SlateRequest, cause: SlateCause): DrawnSlate;
  /** what a slate was made from; undefined where it is no longer known, or what serves could not make it again */
  made(serving: Serving | undefined, recId: RecId): Made | undefined;
  forget(): void;
}

/** What a slate is asked with. */
export interface Asked {
  readonly state: ShopperState;
  readonly request: SlateRequest;
  readonly server?: CandidateResponse | undefined;
}

/** Everything that a slate was made from: enough to make it again. */
export interface Made {
  readonly state: ShopperState;
  readonly request: SlateRequest;
  readonly moment: Moment;
  readonly release: string;
  readonly level: LevelName;
}

export function createSlates({ host, market, utcOffsetMinutes }: SlateOptions): SlateMaker {
  const records = new Map<RecId, Made>();
  const cardOf = holdCards();

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
    return { slate, cards: slate.entries.map((entry) => cardOf(serving.cards, entry)), timings: stages };
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
    momentOf: momentWith,
    make(serving, asked, moment = momentWith(asked)) {
      const { state, request } = asked;
      const { release } = serving.engine;
      records.set(moment.recId, { state, request, moment, release, level: serving.level });
      const oldest = records.keys().next().value;
      if (records.size > MOST_REMEMBERED && oldest !== undefined) records.delete(oldest);
      return draw(serving, state, request, moment);
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
    made(serving, recId) {
      const record = records.get(recId);
      // The same release, but other rows: its evidence would be another.
      const isSame = record?.release === serving?.engine.release && record?.level === serving?.level;
      return isSame ? record : undefined;
    },
    forget: () => records.clear(),
  };
}
