import { ln1 } from '../logarithm.ts';
import type { Feature, Scene } from './feature.ts';

const MINUTE = 60_000;

/** Of the current visit: its length and what it was about. */
export const SESSION: readonly Feature[] = [
  {
    name: 'session-length',
    origin: 'session',
    source: 'session: ln interactions',
    whole: ({ portrait }) => ln1(portrait.session.touches.length),
  },
  {
    name: 'session-distinct',
    origin: 'session',
    source: 'session: distinct items an interaction',
    whole: ({ portrait: { session } }) =>
      session.touches.length === 0 ? 0 : session.distinct / session.touches.length,
  },
  {
    name: 'session-duration',
    origin: 'session',
    source: 'session: ln minutes since its first interaction',
    whole: ({ portrait }) => ln1(portrait.session.lasts / MINUTE),
  },
  {
    name: 'session-pause',
    origin: 'session',
    source: 'profile: ln minutes since the last interaction',
    whole: ({ portrait }) => ln1(portrait.session.sinceLast / MINUTE),
  },
  {
    name: 'session-carts',
    origin: 'session',
    source: 'session: ln items put into the cart: recent intent',
    whole: ({ portrait }) => ln1(portrait.session.carts),
  },
  {
    name: 'session-views',
    origin: 'session',
    source: 'session: ln views and clicks: recent intent',
    whole: ({ portrait: { session } }) =>
      ln1(session.touches.filter(({ kind }) => kind === 'view' || kind === 'select').length),
  },
  {
    name: 'session-last-repeats',
    origin: 'session',
    source: 'profile: whether the last interaction was with an item known before',
    whole: ({ seen }) => (seen.own[0] !== undefined && seen.owned.get(seen.own[0].row)!.touches > 1 ? 1 : 0),
  },
  {
    name: 'session-last-twice',
    origin: 'session',
    source: 'profile: whether the last two interactions were with one item',
    whole: lastTwice,
  },
  {
    name: 'session-depth',
    origin: 'session',
    source: 'session: ln pages seen',
    whole: ({ seen }) => ln1(seen.state.session?.depth ?? 0),
  },
  {
    name: 'cart-size',
    origin: 'session',
    source: 'profile: ln items in the cart now',
    whole: ({ seen }) => ln1(seen.cart.length),
  },
];

function lastTwice({ seen: { touches } }: Scene): number {
  const last = touches.at(-1);
  return last !== undefined && touches.at(-2)?.row === last.row ? 1 : 0;
}
