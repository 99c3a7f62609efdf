import { ln } from '../../kernel/math.ts';
import { FACT, type Fact } from '../facts.ts';
import { ln1 } from '../logarithm.ts';
import type { Owned } from '../observe.ts';
import type { Feature, Scene } from './feature.ts';

const DAY = 86_400_000;
/** Keeps the logarithm of a list weight finite where the list says nothing. */
const LEAST = 1e-4;
const LN_LEAST = ln(LEAST);
const LN_NO_HOPS = ln(1e-3);

/** Of what the shopper did with this very item; 0 of all others. */
const own = (name: string, source: string, of: (scene: Scene, own: Owned) => number): Feature => ({
  name,
  origin: 'pair',
  source,
  own: of,
});

/** A column of this slate. */
const made = (name: string, source: string, column: (scene: Scene) => Float32Array): Feature => ({
  name,
  origin: 'pair',
  source,
  column,
});

/** ln of the weights of a list, or of sums of them. */
const weights = (name: string, source: string, of: (scene: Scene) => Float32Array): Feature =>
  made(name, source, (scene) => lnWeights(of(scene), scene.lend()));

function lnWeights(values: Float32Array, out: Float32Array): Float32Array {
  for (let i = 0; i < out.length; i++) out[i] = values[i]! > 0 ? ln(values[i]! + LEAST) : LN_LEAST;
  return out;
}

const counts = (name: string, source: string, of: (scene: Scene) => Float32Array): Feature =>
  made(name, source, (scene) => lnCounts(of(scene), scene.lend()));

function lnCounts(values: Float32Array, out: Float32Array): Float32Array {
  for (let i = 0; i < out.length; i++) out[i] = ln1(values[i]!);
  return out;
}

/** What the shopper did with this very item before. */
const OWNED: readonly Feature[] = [
  own('seen-before', 'profile: ln interactions with the item', (_, { touches }) => ln1(touches)),
  own('carted-before', 'profile: ln times in the cart', (_, { carts }) => ln1(carts)),
  own('bought-before', 'profile: ln times bought', (_, { purchases }) => ln1(purchases)),
  own(
    'bought-share',
    'profile: share of visits that bought it',
    ({ portrait }, { purchases }) => purchases / Math.max(1, portrait.visits),
  ),
  own('bought-lately', 'profile: 1 / (1 + weeks since it was bought)', ({ seen }, { purchases, boughtAt }) =>
    purchases === 0 ? 0 : 1 / (1 + Math.max(0, seen.moment.now - boughtAt) / (7 * DAY)),
  ),
  own('in-session', 'session: ln interactions with the item in it', (_, { current }) => ln1(current)),
  own('is-last', 'profile: whether it is the last item', (_, { age }) => (age === 0 ? 1 : 0)),
  own(
    'clicks-since',
    'profile: 1 / (1 + interactions since), 0 if never',
    ({ seen }, { last }) => 1 / (seen.touches.length - last),
  ),
  own('items-since', 'profile: 1 / (1 + distinct items since), 0 if never', (_, { age }) => 1 / (1 + age)),
  own('decayed-clicks', 'profile: sum of .8 ^ age over its interactions', (_, { decayed }) => decayed),
  own('is-first', 'session: whether it opened the session', ({ portrait }, { row }) =>
    portrait.session.touches[0]?.row === row ? 1 : 0,
  ),
];

/** The item against what the shopper likes. */
const TASTE: readonly Feature[] = [
  made('category-affinity', 'profile and category column: decayed share', (scene) =>
    look(scene.portrait.categories.share, scene.category, scene.lend()),
  ),
  counts('category-count', 'profile and category column: ln items', (scene) =>
    look(scene.portrait.categories.count, scene.category, scene.lend()),
  ),
  made('brand-affinity', 'profile and brand column: decayed share', (scene) =>
    look(scene.portrait.brands.share, scene.brand, scene.lend()),
  ),
  counts('brand-count', 'profile and brand column: ln items', (scene) =>
    look(scene.portrait.brands.count, scene.brand, scene.lend()),
  ),
  made('brand-bought', 'profile and brand column: brand bought before', (scene) =>
    look(scene.portrait.brands.marked, scene.brand, scene.lend()),
  ),
  made('last-category', 'category column: the same as the last item', (scene) =>
    sameAs(lastFact(scene, FACT.category), scene.category, scene.lend()),
  ),
  made('last-brand', 'brand column: the same as the last item', (scene) =>
    sameAs(lastFact(scene, FACT.brand), scene.brand, scene.lend()),
  ),
  made('price-usual', 'price column: ln price less the usual one', (scene) =>
    lnPriceLess(scene, scene.portrait.usualLnPrice, scene.portrait.usualLnPrice !== 0),
  ),
  made('price-distance', 'price column: distance from the usual ln price', (scene) =>
    distances(lnPriceLess(scene, scene.portrait.usualLnPrice, scene.portrait.usualLnPrice !== 0)),
  ),
  made('price-last', "price column: ln price less the last item's", (scene) => {
    const { market, own } = scene.seen;
    const last = own[0]?.row ?? -1;
    return lnPriceLess(scene, market.lnPrice[last] ?? 0, (market.price[last] ?? 0) > 0);
  }),
  made('count-usual', "ln interactions less the mean of the shopper's items", (scene) => {
    const out = scene.lend();
    if (scene.seen.own.length === 0) return out.fill(0);
    scene.engine.index.facts.pick(FACT.lnCount, scene.rows, out);
    for (let i = 0; i < out.length; i++) out[i] = out[i]! - scene.portrait.meanLnCount;
    return out;
  }),
];

function look(values: Float32Array | Float64Array, names: Float32Array, out: Float32Array): Float32Array {
  for (let i = 0; i < out.length; i++) out[i] = values[names[i]!]!;
  return out;
}

/** 1 for the same name, but for 0, "missing". */
export function sameAs(name: number, names: Float32Array, out: Float32Array): Float32Array {
  for (let i = 0; i < out.length; i++) out[i] = name !== 0 && names[i] === name ? 1 : 0;
  return out;
}

const lastFact = ({ engine, seen }: Scene, fact: Fact): number =>
  seen.own[0] === undefined ? 0 : engine.index.facts.of(fact, seen.own[0].row);

/** ln price less another; 0 where either is missing. */
export function lnPriceLess({ seen, rows, lend }: Scene, less: number, isKnown: boolean): Float32Array {
  const out = lend();
  const { price, lnPrice } = seen.market;
  for (let i = 0; i < out.length; i++) {
    const row = rows[i]!;
    out[i] = isKnown && price[row]! > 0 ? lnPrice[row]! - less : 0;
  }
  return out;
}

function distances(values: Float32Array): Float32Array {
  for (let i = 0; i < values.length; i++) values[i] = Math.abs(values[i]!);
  return values;
}

/** Transitions, co-occurrence and similarity from the last items, whatever shelf it is. */
const NEAR: readonly Feature[] = [
  weights(
    'transition-last',
    "transitions: ln weight in the last item's list",
    ({ evidence }) => evidence.transitions[0]!,
  ),
  weights(
    'transition-previous',
    'transitions: the same of the item before',
    ({ evidence }) => evidence.transitions[1]!,
  ),
  weights(
    'transition-third',
    'transitions: the same of the third last (n_T3)',
    ({ evidence }) => evidence.transitions[2]!,
  ),
  weights(
    'transition-flat',
    'transitions: ln of the sum over age^-1/2 (n_Tflat)',
    ({ evidence }) => evidence.near.sum,
  ),
  weights(
    'transition-most',
    'transitions: ln of the largest weight (n_Tmax)',
    ({ evidence }) => evidence.near.most,
  ),
  counts(
    'transition-count',
    'transitions: ln number of recent items that list it (n_Tcnt)',
    ({ evidence }) => evidence.near.count,
  ),
  weights(
    'transition-absolute',
    "transitions: ln of the source's own sum",
    ({ retrieval }) => retrieval.candidates.scores.transitions,
  ),
  made('two-hops', 'transitions of transitions, ln share of the best (h_2hop)', ({ evidence, lend }) => {
    const out = lend();
    const { twoHops, mostTwoHops } = evidence;
    for (let i = 0; i < out.length; i++)
      out[i] = twoHops[i]! > 0 ? ln(twoHops[i]! / mostTwoHops + 1e-3) : LN_NO_HOPS;
    return out;
  }),
  weights(
    'together-last',
    "bought-together: ln weight in the last item's list",
    ({ evidence }) => evidence.lastTogether,
  ),
  weights(
    'together-flat',
    'bought-together: ln of the sum over age^-1/2',
    ({ evidence }) => evidence.nearTogether.sum,
  ),
  weights(
    'together-most',
    'bought-together: ln of the largest weight',
    ({ evidence }) => evidence.nearTogether.most,
  ),
  counts(
    'together-count',
    'bought-together: ln number of recent items that list it',
    ({ evidence }) => evidence.nearTogether.count,
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
