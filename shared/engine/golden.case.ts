import type { CategoryEmbedding, DenseLayer, Kernel } from '../kernel/contract.ts';
import { quantiseLayer } from '../kernel/quantise.ts';
import { PLACEMENTS } from '../protocol/placement.ts';
import type { Slate, SlateRequest } from '../protocol/slate.ts';
import type { Engine, ShopperState } from './contract.ts';
import { closeEngine, createEngine } from './engine.ts';
import { CATEGORICALS, FEATURES } from './features.ts';
import { fnv1a } from './hash.ts';
import { createRanker } from './ranker.ts';
import { recommend } from './recommend.ts';
import { type Draw, seededDraw } from './reranking/draw.ts';
import { applyEvents } from './session.ts';
import { type Deed, eventOf, itemId, moment, NOBODY, shopParts, variantId } from './shop.case.ts';

/** A catalogue with copies of vectors and coarse weights, so that ties are everywhere. */
export const GOLDEN_ITEMS = 5_200;

/** What every build and every engine must answer. It changes when the funnel does: then look, and pin the new one. */
export const GOLDEN_DIGEST = '240 slates f59b8055 9230ada6';

/** From nobody to a shopper with a long history. */
const LENGTHS = [0, 1, 2, 3, 4, 6, 8, 11, 15, 21, 30, 45, 70, 110, 180, 300];
const KINDS: readonly Deed[0][] = ['view', 'view', 'view', 'select', 'cart', 'purchase'];

const goldenParts = (kernel: Kernel) => shopParts(kernel, { items: GOLDEN_ITEMS, seed: 20261, ties: true });

/** Four hundred candidates, ranked by the small ranker. */
export function goldenEngine(kernel: Kernel): Engine {
  return createEngine({ ...goldenParts(kernel), ranker: randomRanker(kernel, seededDraw(77)) });
}

/** A thousand candidates of wide sources, ranked by the deep one, whatever the build. */
export function deepGoldenEngine(kernel: Kernel): Engine {
  const parts = goldenParts(kernel);
  const { settings } = parts;
  const sources = Object.keys(settings.proposals) as (keyof typeof settings.proposals)[];
  const proposals = Object.fromEntries(sources.map((source) => [source, 500])) as typeof settings.proposals;
  return createEngine({
    ...parts,
    settings: { ...settings, ranked: 1000, proposals },
    ranker: randomDeepRanker(kernel, seededDraw(78)),
  });
}

function randomLayer(draw: Draw, [inputs, outputs]: readonly [number, number], isLast: boolean): DenseLayer {
  const between = () => (draw() - 0.5) * (2 / Math.sqrt(inputs));
  return {
    inputs,
    outputs,
    weights: Float32Array.from({ length: inputs * outputs }, between),
    bias: Float32Array.from({ length: outputs }, between),
    activation: isLast ? 'none' : 'relu',
  };
}

const scale = (draw: Draw) => ({
  means: Float32Array.from(FEATURES, () => draw() - 0.5),
  deviations: Float32Array.from(FEATURES, () => 0.5 + draw()),
});

export function randomRanker(kernel: Kernel, draw: Draw, standard?: ReturnType<typeof scale>) {
  const sizes = [[FEATURES.length, 48] as const, [48, 16] as const, [16, 1] as const];
  const layers = sizes.map((size, at) => randomLayer(draw, size, at === 2));
  return createRanker(kernel, { layers, ...(standard ?? scale(draw)) });
}

/** Quantised layers, and a vector of 16 for every value of every categorical. */
export function randomDeepRanker(kernel: Kernel, draw: Draw) {
  const embeddings = CATEGORICALS.map(
    ({ vocabulary }): CategoryEmbedding => ({
      vocabulary,
      dims: 16,
      values: Float32Array.from({ length: vocabulary * 16 }, () => draw() - 0.5),
    }),
  );
  const sizes = [
    [FEATURES.length + 16 * embeddings.length, 96] as const,
    [96, 32] as const,
    [32, 1] as const,
  ];
  const layers = sizes.map((size, at) => quantiseLayer(randomLayer(draw, size, at === 2)));
  return createRanker(kernel, { embeddings, layers, ...scale(draw) });
}

/** Every fourth has attributes. */
export function goldenShoppers(): ShopperState[] {
  const draw = seededDraw(4711);
  const below = (most: number) => Math.floor(draw() * most);
  return LENGTHS.map((length, shopper) => {
    const deeds = Array.from({ length }, (_, at): Deed => {
      const row = below(GOLDEN_ITEMS);
      const item = row % 3 === 0 && at % 2 === 0 ? variantId(row, 's') : itemId(row);
      return [KINDS[below(KINDS.length)]!, item, (length - at) * (at % 5 === 0 ? 40 : 3)];
    });
    const state = applyEvents(NOBODY, deeds.map(eventOf));
    const attributes: Record<string, string> =
      shopper % 4 === 0 ? { club: 'gold', size: String(shopper) } : {};
    return { ...state, profile: { ...state.profile, attributes } };
  });
}

export function goldenSlates(engine: Engine, shoppers = goldenShoppers()): Slate[] {
  return shoppers.flatMap((state, shopper) =>
    PLACEMENTS.flatMap((placement) =>
      (['on', 'off'] as const).map((rules) =>
        recommend(
          engine,
          state,
          requestOf(placement, shopper),
          moment({ rules, seed: shopper, utcOffsetMinutes: 60 }),
        ),
      ),
    ),
  );
}

function requestOf(placement: SlateRequest['placement'], shopper: number): SlateRequest {
  const seeded = placement === 'similar' || (placement === 'bought-together' && shopper % 2 === 0);
  return {
    placement,
    limit: 20,
    device: shopper % 3 === 0 ? 'phone' : 'desktop',
    ...(seeded ? { items: [itemId(shopper * 131), variantId(shopper * 3, 'l')] } : {}),
  };
}

/** Ids, the bits of the scores, and reasons: all that a shelf could show. */
export function digest(slates: readonly Slate[]): string {
  const lines = slates.map(({ placement, status, entries }) => {
    const shown = entries.map(
      ({ item, variant, score, propensity, reason }) =>
        `${item} ${variant} ${score} ${propensity} ${JSON.stringify(reason)}`,
    );
    return [placement, status, ...shown].join('\n');
  });
  const text = lines.join('\n\n');
  return `${slates.length} slates ${fnv1a(text).toString(16)} ${fnv1a(text, 0x9747b28c).toString(16)}`;
}

/** Of the deep ranker, for every fourth shopper. */
export const deepGoldenSlates = (engine: Engine): Slate[] =>
  goldenSlates(
    engine,
    goldenShoppers().filter((_, shopper) => shopper % 4 === 2),
  );

export function goldenDigest(kernel: Kernel): string {
  const small = goldenEngine(kernel);
  const deep = deepGoldenEngine(kernel);
  const found = digest([...goldenSlates(small), ...deepGoldenSlates(deep)]);
  closeEngine(small);
  closeEngine(deep);
  return found;
}
