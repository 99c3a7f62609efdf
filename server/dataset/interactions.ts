import { type Interactions, KINDS } from '../../models/contract.ts';

/** One interaction before it has its place. `user` and `visit` are any keys; `item` is a catalogue row. */
export interface LooseInteraction {
  readonly user: string;
  readonly item: number;
  readonly kind: (typeof KINDS)[number];
  readonly time: number;
  readonly visit: string;
}

/**
 * Orders rows by user (as they first appear), then time, then as they came, and numbers users and visits. Rows of a
 * visit that another visit interrupts stay apart in time, and keep their visit's number.
 */
export function arrange(rows: Iterable<LooseInteraction>, items: number): Interactions {
  const byUser = rowsOfUsers(rows);
  const count = byUser.reduce((sum, own) => sum + own.length, 0);
  const offsets = new Uint32Array(byUser.length + 1);
  const item = new Uint32Array(count);
  const kind = new Uint8Array(count);
  const time = new Float64Array(count);
  const visit = new Uint32Array(count);
  let at = 0;
  let user = 0;
  let visits = 0;
  for (const own of byUser) {
    const numbers = new Map<string, number>();
    for (const row of own) {
      const number = numbers.get(row.visit) ?? visits++;
      numbers.set(row.visit, number);
      item[at] = row.item;
      kind[at] = KINDS.indexOf(row.kind);
      time[at] = row.time;
      visit[at++] = number;
    }
    offsets[++user] = at;
  }
  return { users: byUser.length, items, offsets, item, kind, time, visit };
}

/** Each user's rows in time, users as they first appear. */
function rowsOfUsers(rows: Iterable<LooseInteraction>): LooseInteraction[][] {
  const users = new Map<string, LooseInteraction[]>();
  for (const row of rows) {
    const known = users.get(row.user);
    if (known) known.push(row);
    else users.set(row.user, [row]);
  }
  return [...users.values()].map((own) => own.sort((a, b) => a.time - b.time));
}

/** The rows that `keep` accepts, every user in place (some may be left without rows). */
export function restrict(data: Interactions, keep: (row: number, user: number) => boolean): Interactions {
  const offsets = new Uint32Array(data.users + 1);
  const chosen = new Uint32Array(data.item.length);
  let count = 0;
  for (let u = 0; u < data.users; u++) {
    for (let r = data.offsets[u]!; r < data.offsets[u + 1]!; r++) if (keep(r, u)) chosen[count++] = r;
    offsets[u + 1] = count;
  }
  const rows = chosen.slice(0, count);
  return {
    users: data.users,
    items: data.items,
    offsets,
    item: rows.map((r) => data.item[r]!),
    kind: Uint8Array.from(rows, (r) => data.kind[r]!),
    time: Float64Array.from(rows, (r) => data.time[r]!),
    visit: rows.map((r) => data.visit[r]!),
  };
}
