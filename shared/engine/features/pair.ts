import { ln } from '../../kernel/math.ts';
import { ln1 } from '../logarithm.ts';
import type { Feature, Scene } from './feature.ts';

const DAY = 86_400_000;
/** Keeps the logarithm of a list weight finite where the list says nothing. */
const LEAST = 1e-4;
const LN_LEAST = ln(LEAST);
const LN_NO_HOPS = ln(1e-3);
const lnWeight = (weight: number): number => (weight > 0 ? ln(weight + LEAST) : LN_LEAST);

const pair = (name: string, source: string, each: (scene: Scene, at: number) => number): Feature => ({
  name,
  origin: 'pair',
  source,
  each,
});

/** A column that retrieval or `gather` made, as it is. */
const made = (name: string, source: string, column: (scene: Scene) => Float32Array): Feature => ({
  name,
  origin: 'pair',
  source,
  column,
});

const ownedOf = ({ owned }: Scene, at: number) => owned[at];

/** What the shopper did with this very item before. */
const OWNED: readonly Feature[] = [
  pair('seen-before', 'profile: ln interactions with the item', (scene, at) =>
    ln1(ownedOf(scene, at)?.touches ?? 0),
  ),
  pair('carted-before', 'profile: ln times in the cart', (scene, at) => ln1(ownedOf(scene, at)?.carts ?? 0)),
  pair('bought-before', 'profile: ln times bought', (scene, at) => ln1(ownedOf(scene, at)?.purchases ?? 0)),
  pair('bought-share', 'profile: share of visits that bought it', (scene, at) => {
    const purchases = ownedOf(scene, at)?.purchases ?? 0;
    return purchases === 0 ? 0 : purchases / Math.max(1, scene.portrait.visits);
  }),
  pair('bought-lately', 'profile: 1 / (1 + weeks since it was bought)', (scene, at) => {
    const own = ownedOf(scene, at);
    if (own === undefined || own.purchases === 0) return 0;
    return 1 / (1 + Math.max(0, scene.seen.moment.now - own.boughtAt) / (7 * DAY));
  }),
  pair('in-session', 'session: ln interactions with the item in it', (scene, at) =>
    ln1(ownedOf(scene, at)?.current ?? 0),
  ),
  pair('is-last', 'profile: whether it is the last item', ({ seen, rows }, at) =>
    seen.own[0]?.row === rows[at] ? 1 : 0,
  ),
  pair('clicks-since', 'profile: 1 / (1 + interactions since), 0 if never', (scene, at) => {
    const own = ownedOf(scene, at);
    return own === undefined ? 0 : 1 / (scene.seen.touches.length - own.last);
  }),
  pair('items-since', 'profile: 1 / (1 + distinct items since), 0 if never', (scene, at) => {
    const age = scene.ageOf.get(scene.rows[at]!);
    return age === undefined ? 0 : 1 / (1 + age);
  }),
  pair(
    'decayed-clicks',
    'profile: sum of .8 ^ age over its interactions',
    (scene, at) => scene.decayedTouches.get(scene.rows[at]!) ?? 0,
  ),
  pair('is-first', 'session: whether it opened the session', ({ portrait, rows }, at) =>
    portrait.session.touches[0]?.row === rows[at] ? 1 : 0,
  ),
];

/** The item against what the shopper likes. */
const TASTE: readonly Feature[] = [
  pair(
    'category-affinity',
    'profile and category column: decayed share',
    ({ engine, portrait, rows }, at) =>
      portrait.categories.share.get(engine.index.columns.category[rows[at]!]!) ?? 0,
  ),
  pair('category-count', 'profile and category column: ln items', ({ engine, portrait, rows }, at) =>
    ln1(portrait.categories.count.get(engine.index.columns.category[rows[at]!]!) ?? 0),
  ),
  pair(
    'brand-affinity',
    'profile and brand column: decayed share',
    ({ engine, portrait, rows }, at) =>
      portrait.brands.share.get(engine.index.columns.brand[rows[at]!]!) ?? 0,
  ),
  pair('brand-count', 'profile and brand column: ln items', ({ engine, portrait, rows }, at) =>
    ln1(portrait.brands.count.get(engine.index.columns.brand[rows[at]!]!) ?? 0),
  ),
  pair('brand-bought', 'profile and brand column: brand bought before', ({ engine, portrait, rows }, at) =>
    portrait.boughtBrands.has(engine.index.columns.brand[rows[at]!]!) ? 1 : 0,
  ),
  pair('last-category', 'category column: the same as the last item', (scene, at) =>
    sameAsLast(scene, at, scene.engine.index.columns.category),
  ),
  pair('last-brand', 'brand column: the same as the last item', (scene, at) =>
    sameAsLast(scene, at, scene.engine.index.columns.brand),
  ),
  pair('price-usual', 'price column: ln price less the usual one', ({ portrait, seen, rows }, at) =>
    portrait.usualLnPrice === 0 || seen.market.price[rows[at]!]! <= 0
      ? 0
      : seen.market.lnPrice[rows[at]!]! - portrait.usualLnPrice,
  ),
  pair('price-distance', 'price column: distance from the usual ln price', ({ portrait, seen, rows }, at) =>
    portrait.usualLnPrice === 0 || seen.market.price[rows[at]!]! <= 0
      ? 0
      : Math.abs(seen.market.lnPrice[rows[at]!]! - portrait.usualLnPrice),
  ),
  pair('price-last', "price column: ln price less the last item's", ({ seen, rows }, at) => {
    const last = seen.own[0]?.row;
    if (last === undefined || !(seen.market.price[last]! > 0) || !(seen.market.price[rows[at]!]! > 0))
      return 0;
    return seen.market.lnPrice[rows[at]!]! - seen.market.lnPrice[last]!;
  }),
  pair('count-usual', "ln interactions less the mean of the shopper's items", (scene, at) =>
    scene.seen.own.length === 0
      ? 0
      : scene.engine.index.ln.count[scene.rows[at]!]! - scene.portrait.meanLnCount,
  ),
];

function sameAsLast({ seen, rows }: Scene, at: number, column: Float32Array): number {
  const last = seen.own[0];
  if (last === undefined || column[last.row]! === 0) return 0;
  return column[last.row] === column[rows[at]!] ? 1 : 0;
}

/** Transitions, co-occurrence and similarity from the last items, whatever shelf it is. */
const NEAR: readonly Feature[] = [
  pair('transition-last', "transitions: ln weight in the last item's list", ({ evidence }, at) =>
    lnWeight(evidence.transitions[0]![at]!),
  ),
  pair('transition-previous', 'transitions: the same of the item before', ({ evidence }, at) =>
    lnWeight(evidence.transitions[1]![at]!),
  ),
  pair('transition-third', 'transitions: the same of the third last (n_T3)', ({ evidence }, at) =>
    lnWeight(evidence.transitions[2]![at]!),
  ),
  pair('transition-flat', 'transitions: ln of the sum over age^-1/2 (n_Tflat)', ({ evidence, rows }, at) =>
    lnWeight(evidence.near.sum[rows[at]!]!),
  ),
  pair('transition-most', 'transitions: ln of the largest weight (n_Tmax)', ({ evidence, rows }, at) =>
    lnWeight(evidence.near.most[rows[at]!]!),
  ),
  pair(
    'transition-count',
    'transitions: ln number of recent items that list it (n_Tcnt)',
    ({ evidence, rows }, at) => ln1(evidence.near.count[rows[at]!]!),
  ),
  pair('transition-absolute', "transitions: ln of the source's own sum", ({ retrieval }, at) =>
    lnWeight(retrieval.candidates.scores.transitions[at]!),
  ),
  pair('two-hops', 'transitions of transitions, ln share of the best (h_2hop)', ({ evidence, rows }, at) => {
    const most = evidence.mostTwoHops;
    const sum = evidence.twoHops.sum[rows[at]!]!;
    return sum > 0 ? ln(sum / most + 1e-3) : LN_NO_HOPS;
  }),
  pair('together-last', "bought-together: ln weight in the last item's list", ({ evidence }, at) =>
    lnWeight(evidence.lastTogether[at]!),
  ),
  pair('together-flat', 'bought-together: ln of the sum over age^-1/2', ({ evidence, rows }, at) =>
    lnWeight(evidence.nearTogether.sum[rows[at]!]!),
  ),
  pair('together-most', 'bought-together: ln of the largest weight', ({ evidence, rows }, at) =>
    lnWeight(evidence.nearTogether.most[rows[at]!]!),
  ),
  pair(
    'together-count',
    'bought-together: ln number of recent items that list it',
    ({ evidence, rows }, at) => ln1(evidence.nearTogether.count[rows[at]!]!),
  ),
  made('cosine-last', 'embeddings: cosine to the last item', ({ evidence }) => evidence.cosine.last),
  made(
    'cosine-previous',
    'embeddings: cosine to the item before (e_prev)',
    ({ evidence }) => evidence.cosine.previous,
  ),
  made(
    'cosine-most',
    'embeddings: largest cosine to the last ten (e_max)',
    ({ evidence }) => evidence.cosine.most,
  ),
  made(
    'cosine-profile',
    'embeddings: cosines to the last ten, decayed by .6 (e_prof)',
    ({ evidence }) => evidence.cosine.decayed,
  ),
  made('content-last', 'content: cosine to the last item', ({ evidence }) => evidence.content.last),
  made('content-most', 'content: largest cosine to the last ten', ({ evidence }) => evidence.content.most),
  made(
    'content-profile',
    'content: cosines to the last ten, decayed by .6',
    ({ evidence }) => evidence.content.decayed,
  ),
];

/** Of the shopper and the candidate together. */
export const PAIR: readonly Feature[] = [...OWNED, ...TASTE, ...NEAR];
