import * as v from 'valibot';
import type { Dataset } from '../../../models/contract.ts';
import type { Engine, ShopperState } from '../../../shared/engine/contract.ts';
import { evidence } from '../../../shared/engine/evidence.ts';
import { recommend } from '../../../shared/engine/recommend.ts';
import { MOST_IN_SESSION, SESSION_REACH } from '../../../shared/engine/session.ts';
import { Placement } from '../../../shared/protocol/placement.ts';
import { EMPTY_PROFILE, type Interaction } from '../../../shared/protocol/profile.ts';
import type { SlateEntry } from '../../../shared/protocol/slate.ts';
import { momentOf } from '../../training/examples.ts';
import { stateOf } from '../../training/queries.ts';
import type { Asked } from './questions.ts';

/** One line of a file of queries: whom to answer, and where. Times are ISO 8601. */
export const SlateQuery = v.strictObject({
  query: v.pipe(v.string(), v.minLength(1)),
  placement: Placement,
  time: v.pipe(v.string(), v.isoTimestamp()),
  /** what the shopper did, oldest first */
  history: v.array(
    v.strictObject({
      item: v.string(),
      kind: v.picklist(['view', 'select', 'cart', 'purchase']),
      time: v.pipe(v.string(), v.isoTimestamp()),
      session: v.string(),
    }),
  ),
  /** seed items: the product of the page, the cart's lines */
  items: v.optional(v.array(v.string())),
  /** of the history: whose interactions are the current session's; left out: none has begun */
  session: v.optional(v.string()),
  limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(50))),
});
export type SlateQuery = v.InferOutput<typeof SlateQuery>;

/** A query as the funnel takes it. */
export interface Prepared {
  readonly query: string;
  readonly state: ShopperState;
  readonly request: Parameters<typeof recommend>[2];
  readonly now: number;
  /** of a sample: whom it answers, as a file of queries would say it, and what came next */
  readonly sampled?: Pick<ShownSlate, 'asked' | 'next'>;
}

/** What a release would show, for others to grade. */
export interface ShownSlate {
  readonly query: string;
  readonly placement: string;
  readonly time: string;
  /** of a sample alone: what whoever wrote a file of queries knows */
  readonly asked?: Pick<SlateQuery, 'history' | 'items' | 'session'>;
  /** of a sample alone: items that came next, the right answers */
  readonly next?: readonly string[];
  readonly entries: readonly (Pick<SlateEntry, 'item' | 'variant' | 'score' | 'position' | 'reason'> & {
    /** what each source that proposes it or knows it says: its score, and its place among the candidates */
    readonly sources: Readonly<Record<string, { readonly score: number; readonly rank: number }>>;
  })[];
}

/** Questions drawn from a store, named by their place in the draw. */
export const fromQuestions = (whole: Dataset, asked: readonly Asked[]): Prepared[] =>
  asked.map((query, at) => {
    const state = stateOf(whole, query);
    const { items } = query.request;
    const history = state.profile.interactions.map(({ item, kind, time, session }) => {
      return { item, kind, time: new Date(time).toISOString(), session };
    });
    return {
      ...{ query: String(at), state, request: query.request, now: query.now },
      sampled: {
        asked: {
          history,
          ...(items === undefined ? {} : { items: [...items] }),
          ...(state.session === null ? {} : { session: state.session.id }),
        },
        next: query.targets.map((row) => whole.catalogue.groups[row]!.id),
      },
    };
  });

export function fromFile({ query, placement, time, history, items, session, limit }: SlateQuery): Prepared {
  const interactions = history.map((one): Interaction => {
    return { ...one, time: Date.parse(one.time) } as Interaction;
  });
  const current = interactions.filter((one) => one.session === session);
  const last = current.at(-1);
  const cart = [...new Set(current.filter(({ kind }) => kind === 'cart').map(({ item }) => item))];
  return {
    query,
    now: Date.parse(time),
    request: {
      placement,
      ...(items === undefined ? {} : { items: items as NonNullable<Prepared['request']['items']> }),
      ...(limit === undefined ? {} : { limit }),
    },
    state: {
      profile: { ...EMPTY_PROFILE, interactions, cart },
      session:
        last === undefined
          ? null
          : {
              id: last.session,
              startedAt: current[0]!.time,
              lastAt: last.time,
              depth: current.length,
              interactions: current
                .filter((one) => last.time - one.time <= SESSION_REACH)
                .slice(-MOST_IN_SESSION),
              applied: [],
            },
    },
  };
}

/** The slate as a device would make it. @param rules `on` as a shop has them, `off` as evaluation asks */
export function showSlate(engine: Engine, asked: Prepared, rules: 'on' | 'off'): ShownSlate {
  const { query, state, request, now, sampled } = asked;
  const moment = momentOf(now, rules);
  const { entries } = recommend(engine, state, request, moment);
  return {
    query,
    placement: request.placement,
    time: new Date(now).toISOString(),
    ...sampled,
    entries: entries.map(({ item, variant, score, position, reason }) => ({
      ...{ item, variant, score, position, reason },
      sources: evidence(engine, state, { request, moment }, item)?.evidence ?? {},
    })),
  };
}
