import { FACT, type Fact } from '../facts.ts';
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
    const items = [FACT.place, FACT.stage, FACT.opens, FACT.closes].map((of) => fact(scene, of));
    const [place, stage] = items as [Float32Array, Float32Array];
    const stages = recentFacts(scene, FACT.stage);
    const fromLast = against(scene, stage, stages[0]);
    return [
      ...items,
      against(scene, place, mean(recentFacts(scene, FACT.place))),
      fromLast,
      distances(scene, fromLast),
      against(scene, stage, mean(stages)),
      against(scene, stage, stages.length === 0 ? undefined : stages.reduce((a, b) => (b > a ? b : a))),
      ...pairs.slice(0, 4).map((column) => lnCounts(scene, column)),
      ...pairs.slice(4).map((column) => lnWeights(scene, column, LEAST_SHARE)),
    ];
  },
};

/** A column less a number of the shopper's items; 0 where there are none. */
const against = (scene: Scene, column: Float32Array, than: number | undefined): Float32Array =>
  than === undefined ? scene.zeros() : less(scene, column, than);

const recentFacts = ({ engine, seen }: Scene, of: Fact): number[] =>
  seen.recent.map(({ row }) => engine.index.facts.of(of, row));

const mean = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : values.reduce((sum, one) => sum + one, 0) / values.length;
