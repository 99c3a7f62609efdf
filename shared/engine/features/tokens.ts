import { pick } from './column.ts';
import { columns, type Family } from './feature.ts';
import { gatherTokens } from './token-evidence.ts';

/** What the catalogue says of the candidate, alone and beside the shopper's items. */
export const TOKENS: Family = {
  features: [
    ...columns('item', [
      ['item-tokens', 'tokens: number of the item'],
      ['item-kind-count', "tokens: mean ln interactions of its tokens' items"],
      ['item-kind-surplus', "tokens: ln interactions less the mean of its tokens' items"],
    ]),
    ...columns('pair', [
      ['tokens-last', 'tokens: idf cosine to the last item'],
      ['tokens-profile', 'tokens: idf cosines to recent items, decayed by .6'],
      ['tokens-flat', 'tokens: mean idf cosine to recent items'],
      ['tokens-rarest-last', 'tokens: largest idf shared with the last item'],
      ['tokens-rarest', 'tokens: largest idf shared with any recent item'],
    ]),
  ],
  make(scene) {
    const { engine, zeros } = scene;
    const { tokens } = engine.index;
    const found = gatherTokens(scene);
    if (tokens === undefined) return [zeros(), zeros(), zeros(), ...found];
    const usual = pick(scene, tokens.usualLnCount);
    const surplus = scene.lnCount.slice();
    for (let i = 0; i < surplus.length; i++) surplus[i] = surplus[i]! - usual[i]!;
    return [pick(scene, tokens.count), usual, surplus, ...found];
  },
};
