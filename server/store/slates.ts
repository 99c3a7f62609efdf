import type { EventName, TacitEvent } from '../../shared/protocol/event.ts';
import { INTERACTION_WEIGHT } from '../../shared/protocol/profile.ts';
import type { SeenItem, Store, StoredSlate } from './contract.ts';
import type { Database } from './sqlite.ts';

/** What names the slate that it answers, and what it says of an item there; an exposure says when the slate was made. */
const CHOSEN: Readonly<Partial<Record<EventName, SeenItem['chosen']>>> = {
  rec_impression: null,
  select_item: 'select',
  add_to_cart: 'cart',
  purchase: 'purchase',
};

interface Row {
  readonly subject: string;
  readonly name: EventName;
  readonly time: number;
  readonly body: string;
}

type Told = Pick<TacitEvent, 'items' | 'rec'>;
type Attributed = Told & { readonly rec: NonNullable<Told['rec']> };

/** Slates of one subject by id: `seen` grows while its events are read. */
interface Open extends StoredSlate {
  time: number;
  readonly seen: SeenItem[];
}

export function slatesView(db: Database): Store['slates'] {
  const names = ['rec_exposure', ...Object.keys(CHOSEN)].map((name) => `'${name}'`).join(', ');
  const rows = db.prepare<Row>(
    `SELECT subject, name, time, body FROM event
     WHERE site = ? AND time < ? AND name IN (${names}) ORDER BY subject, time, seq`,
  );
  return {
    *seen(site, before) {
      let subject: string | undefined;
      let open = new Map<string, Open>();
      for (const row of rows.iterate(site, before)) {
        if (row.subject !== subject) {
          yield* settled(open);
          open = new Map();
          subject = row.subject;
        }
        const told = JSON.parse(row.body) as Told;
        if (told.rec !== undefined) note(open, row, { ...told, rec: told.rec });
      }
      yield* settled(open);
    },
  };
}

const settled = (open: ReadonlyMap<string, Open>): StoredSlate[] =>
  [...open.values()]
    .filter(({ seen }) => seen.length > 0)
    .map((slate) => ({ ...slate, seen: slate.seen.sort((a, b) => a.position - b.position) }));

function note(slates: Map<string, Open>, { subject, name, time }: Row, { rec, items }: Attributed): void {
  const slate = slates.get(rec.rec_id) ?? { subject, placement: rec.placement, time, seen: [] };
  slates.set(rec.rec_id, slate);
  const chosen = CHOSEN[name];
  if (chosen === undefined) return;
  for (const { item_id: item, index } of items) {
    const at = slate.seen.findIndex((one) => one.item === item);
    const before = slate.seen[at];
    // A cart or an order may hold what the slate never showed: one line alone is where the slate says it stood.
    const position = before?.position ?? (items.length === 1 ? (rec.position ?? index) : undefined);
    if (position === undefined) continue;
    const now = { item, position, chosen: most(before?.chosen ?? null, chosen) };
    if (before === undefined) slate.seen.push(now);
    else slate.seen[at] = now;
  }
}

const worth = (chosen: SeenItem['chosen']): number => (chosen === null ? 0 : INTERACTION_WEIGHT[chosen]);
const most = (a: SeenItem['chosen'], b: SeenItem['chosen']): SeenItem['chosen'] =>
  worth(b) > worth(a) ? b : a;
