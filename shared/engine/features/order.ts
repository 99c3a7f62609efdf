import { FACT } from '../facts.ts';
import { distances, fact, LEAST_SHARE, less, lnCounts, lnWeights } from './column.ts';
import { columns, type Family, type Scene } from './feature.ts';
import { gatherPairs } from './pair-evidence.ts';

/** Of the order in which people turn to items: their stage in it, and who came right after or before whom. */
export const ORDER: Family = {
  features: [
    ...columns('item', [
      ['item-place', "column place: mean place in people's histories, -1 first to 1 last"],
      ['item-stage', 'column stage: latent time, later for what people turn to later'],
      ['item-opens', 'column opens: ln share of its occurrences that open a history'],
      ['item-closes', 'column closes: ln share of its occurrences that close one'],
    ]),
    ...columns('pair', [
      ['place-usual', "column place: place less the mean of the shopper's items"],
      ['stage-last', "column stage: stage less the last item's"],
      ['stage-distance', "column stage: distance from the last item's"],
      ['stage-usual', "column stage: stage less the mean of the shopper's items"],
      ['stage-most', "column stage: stage less the latest of the shopper's items"],
      ['after-last', 'pair counts of transitions: ln times directly after the last item'],
      ['after-recent', 'pair counts of transitions: ln times directly after recent items, decayed by .6'],
      ['before-last', 'pair counts of transitions: ln times before the last item'],
      ['before-recent', 'pair counts of transitions: ln times before recent items, decayed by .6'],
      ['follow-last', 'pair counts of transitions: ln probability to follow the last item'],
      ['follow-recent', 'pair counts of transitions: ln probabilities to follow recent items, decayed by .8'],
    ]),
  ],
  make(scene) {
    const pairs = gatherPairs(scene);
    const fromLast = against(scene, FACT.stage, (own) => own[0]!);
    return [
      ...[FACT.place, FACT.stage, FACT.opens, FACT.closes].map((of) => fact(scene, of)),
      against(scene, FACT.place, mean),
      fromLast,
      distances(scene, fromLast),
      against(scene, FACT.stage, mean),
      against(scene, FACT.stage, (own) => own.reduce((a, b) => (b > a ? b : a))),
      ...pairs.slice(0, 4).map((column) => lnCounts(scene, column)),
      ...pairs.slice(4).map((column) => lnWeights(scene, column, LEAST_SHARE)),
    ];
  },
};

/** A column of the catalogue less a number of the shopper's items. */
function against(
  scene: Scene,
  of: typeof FACT.place | typeof FACT.stage,
  than: (values: readonly number[]) => number,
): Float32Array {
  const own = scene.seen.recent.map(({ row }) => scene.engine.index.facts.of(of, row));
  return own.length === 0 ? scene.zeros() : less(fact(scene, of), than(own));
}

const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;
