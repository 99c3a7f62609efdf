import { type Interactions, KINDS } from './contract.ts';

/** One touch of a toy history: an item, and what differs from a view a minute after the one before. */
export interface ToyTouch {
  readonly item: number;
  readonly kind?: (typeof KINDS)[number];
  readonly time?: number;
  /** told apart within its user */
  readonly visit?: number;
}

const MINUTE = 60_000;

/** Histories written by hand, one a user, in the columns that trainers read. A number is a view of that item. */
export function histories(items: number, users: readonly (readonly (number | ToyTouch)[])[]): Interactions {
  const touches = users.flatMap((own, user) =>
    own.map((one, at) => {
      const touch: ToyTouch = typeof one === 'number' ? { item: one } : one;
      return {
        item: touch.item,
        kind: KINDS.indexOf(touch.kind ?? 'view'),
        time: touch.time ?? at * MINUTE,
        visit: user * 1000 + (touch.visit ?? 0),
      };
    }),
  );
  const offsets = new Uint32Array(users.length + 1);
  users.forEach((own, user) => {
    offsets[user + 1] = offsets[user]! + own.length;
  });
  return {
    users: users.length,
    items,
    offsets,
    item: Uint32Array.from(touches, (touch) => touch.item),
    kind: Uint8Array.from(touches, (touch) => touch.kind),
    time: Float64Array.from(touches, (touch) => touch.time),
    visit: Uint32Array.from(touches, (touch) => touch.visit),
  };
}
