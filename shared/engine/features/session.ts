import { ln1 } from '../logarithm.ts';
import { type Family, wholes } from './feature.ts';

const MINUTE = 60_000;

/** Of the current visit: its length and what it was about. */
export const SESSION: Family = {
  features: wholes('session', [
    ['session-length', 'session: ln interactions'],
    ['session-distinct', 'session: distinct items an interaction'],
    ['session-duration', 'session: ln minutes since its first interaction'],
    ['session-pause', 'profile: ln minutes since the last interaction'],
    ['session-carts', 'session: ln items put into the cart: recent intent'],
    ['session-views', 'session: ln views and clicks: recent intent'],
    ['session-last-repeats', 'profile: whether the last interaction was with an item known before'],
    ['session-last-twice', 'profile: whether the last two interactions were with one item'],
    ['session-depth', 'session: ln pages seen'],
    ['cart-size', 'profile: ln items in the cart now'],
    [
      'session-arrival',
      "request and session: the shopper's own shelf, and nothing touched in this visit yet",
    ],
  ]),
  make({ seen, portrait: { session } }) {
    const { length } = session.touches;
    const last = seen.touches.at(-1);
    return [
      ln1(length),
      length === 0 ? 0 : session.distinct / length,
      ln1(session.lasts / MINUTE),
      ln1(session.sinceLast / MINUTE),
      ln1(session.carts),
      ln1(session.touches.filter(({ kind }) => kind === 'view' || kind === 'select').length),
      seen.own[0] !== undefined && seen.owned.get(seen.own[0].row)!.touches > 1 ? 1 : 0,
      last !== undefined && seen.touches.at(-2)?.row === last.row ? 1 : 0,
      ln1(seen.state.session?.depth ?? 0),
      ln1(seen.cart.length),
      length === 0 && seen.request.placement === 'for-you' ? 1 : 0,
    ];
  },
};
