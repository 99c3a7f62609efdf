import type { Dataset } from '../../../models/contract.ts';
import { SESSION_IDLE } from '../../../shared/engine/session.ts';
import type { Placement } from '../../../shared/protocol/placement.ts';
import { INTERACTION_WEIGHT } from '../../../shared/protocol/profile.ts';
import { rowsById } from '../../dataset/catalogue.ts';
import type { BuiltDataset } from '../../dataset/dataset.ts';
import type { StoredSlate } from '../../store/contract.ts';
import type { SeenRow, SeenSlate } from '../plan.ts';

/** Shelves whose request follows from what the shopper did: of the others no event says which items they started from. */
const TOLD: ReadonlySet<Placement> = new Set(['for-you', 'because-you-viewed']);

/** Slates that something can be learned from: something was chosen, and something else was seen and not chosen. */
export function tellingSlates(slates: Iterable<StoredSlate>): StoredSlate[] {
  const telling: StoredSlate[] = [];
  for (const slate of slates) {
    const { placement, seen } = slate;
    const chosen = seen.filter((one) => one.chosen !== null).length;
    if (TOLD.has(placement) && chosen > 0 && chosen < seen.length) telling.push(slate);
  }
  return telling;
}

/** Slates as questions of the data set, by time: of shoppers who are in it, with what they had done before the slate. */
export function placeSlates(
  slates: readonly StoredSlate[],
  { dataset, users }: Pick<BuiltDataset, 'dataset' | 'users'>,
): SeenSlate[] {
  const rows = rowsById(dataset.catalogue);
  const placed = slates.flatMap((slate): SeenSlate[] => {
    const user = users.get(slate.subject);
    const seen = seenRows(slate, rows);
    const targets = seen.filter(({ worth }) => worth > 0).map(({ row }) => row);
    if (user === undefined || targets.length === 0 || targets.length === seen.length) return [];
    const known = historyOf(dataset, user, slate.time);
    if (known === undefined) return [];
    return [{ ...known, user, seen, targets, request: { placement: slate.placement }, now: slate.time }];
  });
  // Subjects are hashes with a secret of the installation: the order must not depend on them.
  return placed.sort((a, b) => a.now - b.now || a.user - b.user);
}

/** What was seen, by catalogue row; variants of one item are one row, and what was chosen of it counts. */
function seenRows({ seen }: StoredSlate, rows: ReadonlyMap<string, number>): SeenRow[] {
  const found = new Map<number, SeenRow>();
  for (const { item, position, chosen } of seen) {
    const row = rows.get(item);
    if (row === undefined) continue;
    const worth = chosen === null ? 0 : INTERACTION_WEIGHT[chosen];
    const before = found.get(row);
    if (before === undefined || before.worth < worth) found.set(row, { row, position, worth });
  }
  // Right ones come first, those that are worth most at their head.
  return [...found.values()].sort((a, b) => b.worth - a.worth || a.position - b.position);
}

/** Rows before the slate, and which of them are of its visit; undefined where nothing was known yet, since no ranker is asked then. */
function historyOf({ interactions }: Dataset, user: number, now: number) {
  const { offsets, time, visit } = interactions;
  const from = offsets[user]!;
  let to = from;
  while (to < offsets[user + 1]! && time[to]! < now) to++;
  if (to === from) return undefined;
  let session = to;
  if (now - time[to - 1]! <= SESSION_IDLE)
    while (session > from && visit[session - 1] === visit[to - 1]) session--;
  return { from, to, session };
}
