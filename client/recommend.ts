import { type DrawnSlate, isRefusal } from '../shared/protocol/device.ts';
import type { MarketId } from '../shared/protocol/ids.ts';
import type { Slate, SlateCause, SlateRequest } from '../shared/protocol/slate.ts';
import { type Connection, ConnectionFailure } from './connection.ts';
import type { Recommendations, RecommendedItem, RecommendOptions, Tacit } from './contract.ts';
import { emptySlate } from './inert.ts';
import type { LastSlates } from './last-slates.ts';
import { requestOf } from './options.ts';
import type { Troubles } from './troubles.ts';

export interface RecommendParts {
  readonly connection: Connection;
  readonly slates: LastSlates;
  readonly troubles: Troubles;
  readonly market: MarketId | undefined;
  /** all that was captured is on its way to the worker before it is asked */
  handOver(): void;
  /** what the policy chose was given to the page */
  expose(slate: Slate): void;
  /** what the page was just answered with; null: with what was remembered, or nothing */
  answeredBy(slate: Slate | null): void;
}

/** The page's side of a slate: ask, fall back, draw. Never rejects, and never throws. */
export function createRecommend({
  connection,
  slates,
  troubles,
  market,
  handOver,
  expose,
  answeredBy,
}: RecommendParts): Pick<Tacit, 'recommend' | 'last'> {
  const fromDevice = async (request: SlateRequest): Promise<DrawnSlate> => {
    try {
      const drawn = await connection.call((device) => device('recommend', request));
      const { cause } = drawn.slate;
      if (cause === 'worker-starting' || cause === 'no-release')
        return slates.recall(request, cause) ?? drawn;
      slates.remember(request, drawn);
      chosen.add(drawn.slate);
      return drawn;
    } catch (error) {
      if (isRefusal(error)) {
        troubles.tell('request-invalid', error.message);
        return emptySlate(request.placement, 'nothing-to-say');
      }
      const cause = causeOf(error);
      if (!(error instanceof ConnectionFailure)) troubles.tell('recommend-failed', String(error));
      return slates.recall(request, cause) ?? emptySlate(request.placement, cause);
    }
  };

  /** slates that the policy made for this very request; old ones were taken down when they were made */
  const chosen = new WeakSet<Slate>();

  /** undefined, and told, where JSON cannot say it */
  const requested = (options: RecommendOptions): SlateRequest | undefined =>
    troubles.guard('request-invalid', () => requestOf(options, market, deviceKind()), undefined);

  const ask = async (options: RecommendOptions): Promise<DrawnSlate> => {
    const request = requested(options);
    handOver();
    return request ? fromDevice(request) : emptySlate(options?.placement, 'nothing-to-say');
  };

  return {
    async recommend(options) {
      const started = performance.now();
      let drawn = await ask(options);
      if (drawn.slate.entries.length === 0 && options?.fallbackParameters !== undefined)
        drawn = await ask({ ...options, ...options.fallbackParameters });
      const fresh = chosen.has(drawn.slate);
      answeredBy(fresh ? drawn.slate : null);
      if (fresh) expose(drawn.slate);
      return answerOf(drawn, options, { troubles, total: performance.now() - started });
    },
    last(options) {
      const request = requested(options);
      const drawn = request && slates.recall(request, 'ok');
      return drawn ? answerOf(drawn, options, { troubles, total: 0 }) : null;
    },
  };
}

function answerOf(
  { slate, cards, timings, ranker }: DrawnSlate,
  options: RecommendOptions | undefined,
  { troubles, total }: { troubles: Troubles; total: number },
): Recommendations {
  const items: readonly RecommendedItem[] = slate.entries.map((entry, i) => ({ ...entry, card: cards[i] }));
  const { recId, status, cause, release } = slate;
  const transformItems = options?.transformItems;
  return {
    recId,
    status,
    cause,
    release,
    items:
      transformItems === undefined
        ? items
        : troubles.guard('transform-threw', () => transformItems(items), items),
    ...(ranker && { ranker }),
    timings: { ...timings, total },
  };
}

const causeOf = (error: unknown): SlateCause =>
  error instanceof ConnectionFailure ? error.why : 'worker-failed';

let kind: SlateRequest['device'];

/** Asked of the browser once: it may have to work out the page's style first. */
function deviceKind(): NonNullable<SlateRequest['device']> {
  const small = (): boolean => Math.min(screen.width, screen.height) < 600;
  kind ??= !matchMedia('(pointer: coarse)').matches ? 'desktop' : small() ? 'phone' : 'tablet';
  return kind;
}
