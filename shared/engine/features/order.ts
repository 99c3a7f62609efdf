import { ln } from '../../kernel/math.ts';
import { FACT } from '../facts.ts';
import { ln1 } from '../logarithm.ts';
import type { Feature, Scene } from './feature.ts';

const LN_LEAST = ln(1e-3);

type Place = 'place' | 'stage' | 'opens' | 'closes';

const column = (of: Place, source: string): Feature => ({
  name: `item-${of}`,
  origin: 'item',
  source: `column ${of}: ${source}`,
  fact: FACT[of],
});

/** A column of the catalogue less a number of the shopper's items. */
const less = (
  name: string,
  of: Place,
  { source, than }: { source: string; than: (values: readonly number[]) => number },
): Feature => ({
  name,
  origin: 'pair',
  source: `column ${of}: ${source}`,
  column: (scene) => difference(scene, of, than),
});

function difference(
  { engine, seen, rows, lend }: Scene,
  of: Place,
  than: (values: readonly number[]) => number,
): Float32Array {
  const { facts } = engine.index;
  const own = seen.recent.map(({ row }) => facts.of(FACT[of], row));
  const base = own.length === 0 ? 0 : than(own);
  const out = lend();
  if (own.length === 0) return out.fill(0);
  facts.pick(FACT[of], rows, out);
  for (let i = 0; i < out.length; i++) out[i] = out[i]! - base;
  return out;
}

const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;
const most = (values: readonly number[]): number => values.reduce((a, b) => (b > a ? b : a));
const newest = (values: readonly number[]): number => values[0]!;

function counts(name: string, source: string, of: (scene: Scene) => Float32Array): Feature {
  return {
    name,
    origin: 'pair',
    source: `pair counts of transitions: ${source}`,
    column: (scene) => {
      const values = of(scene);
      const out = scene.lend();
      for (let i = 0; i < out.length; i++) out[i] = ln1(values[i]!);
      return out;
    },
  };
}

function shares(name: string, source: string, of: (scene: Scene) => Float32Array): Feature {
  return {
    name,
    origin: 'pair',
    source: `pair counts of transitions: ${source}`,
    column: (scene) => {
      const values = of(scene);
      const out = scene.lend();
      for (let i = 0; i < out.length; i++) out[i] = values[i]! > 0 ? ln(values[i]! + 1e-3) : LN_LEAST;
      return out;
    },
  };
}

/** Of the order in which people turn to items: their stage in it, and who came right after or before whom. */
export const ORDER: readonly Feature[] = [
  column('place', "mean place in people's histories, -1 first to 1 last"),
  column('stage', 'latent time, later for what people turn to later'),
  column('opens', 'ln share of its occurrences that open a history'),
  column('closes', 'ln share of its occurrences that close one'),
  less('place-usual', 'place', { source: "place less the mean of the shopper's items", than: mean }),
  less('stage-last', 'stage', { source: "stage less the last item's", than: newest }),
  {
    name: 'stage-distance',
    origin: 'pair',
    source: "column stage: distance from the last item's",
    column: (scene) => {
      const out = difference(scene, 'stage', newest);
      for (let i = 0; i < out.length; i++) out[i] = Math.abs(out[i]!);
      return out;
    },
  },
  less('stage-usual', 'stage', { source: "stage less the mean of the shopper's items", than: mean }),
  less('stage-most', 'stage', { source: "stage less the latest of the shopper's items", than: most }),
  counts('after-last', 'ln times directly after the last item', ({ pairs }) => pairs.afterLast),
  counts('after-recent', 'ln times directly after recent items, decayed by .6', ({ pairs }) => pairs.after),
  counts('before-last', 'ln times before the last item', ({ pairs }) => pairs.beforeLast),
  counts('before-recent', 'ln times before recent items, decayed by .6', ({ pairs }) => pairs.before),
  shares('follow-last', 'ln probability to follow the last item', ({ pairs }) => pairs.shareLast),
  shares(
    'follow-recent',
    'ln probabilities to follow recent items, decayed by .8',
    ({ pairs }) => pairs.share,
  ),
];
