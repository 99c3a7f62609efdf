import type { Card } from '../shared/bundle/contract.ts';
import type { DrawnSlate } from '../shared/protocol/device.ts';
import type { Slate, SlateCause, SlateRequest } from '../shared/protocol/slate.ts';
import { PROTOCOL_VERSION } from '../shared/protocol/version.ts';
import { kept, type PageStore } from './page-store.ts';

const KEY = 'slate:';
const MOST_KEPT = 12;
const POPULAR = 'popular';

/** As it lies in localStorage: what another version of this code wrote is not read. */
interface KeptSlate {
  readonly version: number;
  readonly slate: Slate;
  readonly cards: readonly (Card | null)[];
}

/**
 * What a shelf shows while no worker answers: its own last slate, else what is popular. In the page's memory always,
 * in localStorage with consent.
 */
export interface LastSlates {
  remember(request: SlateRequest, drawn: DrawnSlate): void;
  rememberPopular(drawn: DrawnSlate): void;
  knowPopular(release: string): boolean;
  /** with the cause of its being an old one; null where nothing is remembered */
  recall(request: SlateRequest, cause: SlateCause): DrawnSlate | null;
  clear(): void;
}

export function createLastSlates(store: PageStore): LastSlates {
  const memory = new Map<string, DrawnSlate>();
  const keep = (key: string, drawn: DrawnSlate): void => {
    memory.delete(key);
    memory.set(key, drawn);
    const { slate, cards } = drawn;
    // In JSON's arrays undefined is null.
    store.set(KEY + key, JSON.stringify({ version: PROTOCOL_VERSION, slate, cards }));
    forgetOldest(memory, store);
  };
  const find = (key: string): DrawnSlate | undefined =>
    memory.get(key) ?? kept(store.get(KEY + key), readSlate);
  return {
    remember(request, drawn) {
      const key = keyOf(request);
      const { length } = drawn.slate.entries;
      // One card asked for in place of another is not the shelf's slate.
      const cut = length === request.limit && (find(key)?.slate.entries.length ?? 0) > length;
      if (length > 0 && !cut) keep(key, drawn);
    },
    rememberPopular: (drawn) => keep(POPULAR, drawn),
    knowPopular: (release) => find(POPULAR)?.slate.release === release,
    recall(request, cause) {
      const last = find(keyOf(request));
      if (last !== undefined) return trimmed(last, request, { status: 'last', cause });
      // A cart's companions or a product's likes are not what is popular: better nothing than noise.
      if (request.placement !== 'for-you' && request.placement !== 'trending') return null;
      const popular = find(POPULAR);
      return popular === undefined ? null : trimmed(popular, request, { status: 'popular', cause });
    },
    clear() {
      memory.clear();
      for (const key of store.keys(KEY)) store.remove(key);
    },
  };
}

/** A slate answers one placement for one set of seeds. */
const keyOf = ({ placement, items, market }: SlateRequest): string =>
  [placement, market ?? '', ...(items ?? [])].join('\u001f');

function trimmed(
  { slate, cards, timings }: DrawnSlate,
  request: SlateRequest,
  how: Pick<Slate, 'status' | 'cause'>,
): DrawnSlate {
  const hidden = new Set<string>([...(request.exclude ?? []), ...(request.avoid ?? [])]);
  const shown = slate.entries
    .map((entry, i) => ({ entry, card: cards[i] }))
    .filter(({ entry }) => !hidden.has(entry.item) && !hidden.has(entry.variant))
    .slice(0, request.limit ?? slate.entries.length);
  return {
    slate: { ...slate, ...how, placement: request.placement, entries: shown.map(({ entry }) => entry) },
    cards: shown.map(({ card }) => card),
    timings,
  };
}

function forgetOldest(memory: Map<string, DrawnSlate>, store: PageStore): void {
  for (const key of [...memory.keys()].slice(0, -MOST_KEPT)) memory.delete(key);
  const stored = store.keys(KEY);
  if (stored.length <= MOST_KEPT) return;
  const madeAt = (key: string): number => kept(store.get(key), readSlate)?.slate.madeAt ?? 0;
  const oldest = stored.map((key) => [madeAt(key), key] as const).sort(([a], [b]) => a - b);
  for (const [, key] of oldest.slice(0, -MOST_KEPT)) store.remove(key);
}

function readSlate(value: unknown): DrawnSlate | undefined {
  const { version, slate, cards } = value as KeptSlate;
  if (version !== PROTOCOL_VERSION || slate.entries.length < cards.length) return undefined;
  return { slate, cards: cards.map((card) => card ?? undefined), timings: {} };
}
