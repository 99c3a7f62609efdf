import { FACT } from '../facts.ts';
import type { Feature, Scene } from './feature.ts';

const pair = (name: string, source: string, column: (scene: Scene) => Float32Array): Feature => ({
  name,
  origin: 'pair',
  source: `tokens: ${source}`,
  column,
});

const ofItem = (
  name: string,
  source: string,
  byRow: (scene: Scene) => Float32Array | undefined,
): Feature => ({
  name,
  origin: 'item',
  source: `tokens: ${source}`,
  column: (scene) => pick(byRow(scene), scene),
});

function pick(values: Float32Array | undefined, { rows, lend }: Scene): Float32Array {
  const out = lend();
  for (let i = 0; i < out.length; i++) out[i] = values === undefined ? 0 : values[rows[i]!]!;
  return out;
}

/** What the catalogue says of the candidate, alone and beside the shopper's items. */
export const TOKENS: readonly Feature[] = [
  ofItem('item-tokens', 'number of the item', ({ engine }) => engine.index.tokens?.count),
  ofItem(
    'item-kind-count',
    "mean ln interactions of its tokens' items",
    ({ engine }) => engine.index.tokens?.usualLnCount,
  ),
  {
    name: 'item-kind-surplus',
    origin: 'item',
    source: "tokens: ln interactions less the mean of its tokens' items",
    column: ({ engine, rows, lend }) => {
      const usual = engine.index.tokens?.usualLnCount;
      const out = engine.index.facts.pick(FACT.lnCount, rows, lend());
      for (let i = 0; i < out.length; i++) out[i] = usual === undefined ? 0 : out[i]! - usual[rows[i]!]!;
      return out;
    },
  },
  pair('tokens-last', 'idf cosine to the last item', ({ tokens }) => tokens.last),
  pair('tokens-profile', 'idf cosines to recent items, decayed by .6', ({ tokens }) => tokens.decayed),
  pair('tokens-flat', 'mean idf cosine to recent items', ({ tokens }) => tokens.flat),
  pair('tokens-rarest-last', 'largest idf shared with the last item', ({ tokens }) => tokens.rarestLast),
  pair('tokens-rarest', 'largest idf shared with any recent item', ({ tokens }) => tokens.rarest),
];
