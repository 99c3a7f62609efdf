import type { Dataset } from '../../models/contract.ts';
import { fitPopularity } from '../../models/popularity/popularity.ts';
import { fitTransitions, type TransitionSettings } from '../../models/transitions/transitions.ts';
import { closeEngine } from '../../shared/engine/engine.ts';
import type { Blend, FunnelSettings } from '../../shared/engine/settings.ts';
import { encodeItems } from './encode.ts';
import { openFit } from './fits.ts';
import { type Measured, measure } from './measure.ts';
import type { Plan } from './plan.ts';
import type { PlanOptions, PlanTools } from './plan-options.ts';
import type { TrainingSettings, TransitionAxis } from './settings.ts';
import type { Sources } from './sources.ts';

/** The documented grid: how much is read backwards, how popularity is discounted, how fast distance counts less. */
export const TRANSITION_AXES: readonly TransitionAxis[] = [
  [{ backward: 0.5 }],
  [
    { from: 0.5, to: 0.1 },
    { from: 0.3, to: 0.3 },
  ],
  [{ distancePower: 1 }],
];

const QUERIES = 2500;

/** Chooses on validation, by the slates of a funnel that has nothing but the transitions. */
export function chooseTransitions(plan: Plan, options: PlanOptions, tools: PlanTools): TrainingSettings {
  const { settings } = options;
  const quality = transitionsOn(plan, options, tools);
  let best = { transitions: settings.transitions, ndcg: 0 };
  if (options.transitions.length > 0) best = { ...best, ndcg: quality(best.transitions).ndcg };
  options.transitions.forEach((axis, done) => {
    for (const own of axis) {
      const transitions = { ...best.transitions, ...own };
      const { ndcg } = quality(transitions);
      if (ndcg > best.ndcg) best = { transitions, ndcg };
    }
    tools.journal.stage('choose transitions', done + 1, options.transitions.length);
  });
  tools.journal.log('transitions on validation', { ndcg: best.ndcg });
  return { ...settings, transitions: best.transitions };
}

/** What a funnel makes of validation that has nothing but transitions of the given settings. */
export function transitionsOn(
  { validation, whole }: Plan,
  { settings, rules }: Pick<PlanOptions, 'settings' | 'rules'>,
  { kernel }: Pick<PlanTools, 'kernel'>,
): (transitions: TransitionSettings) => Measured {
  const queries = validation.queries
    .filter(({ request }) => request.placement === 'for-you')
    .slice(0, QUERIES);
  return (transitions) => {
    const fit = bareFit(validation.fit, { ...settings, transitions });
    const funnel = {
      settings: transitionsAlone(settings.funnel),
      packing: settings.packing,
      ranker: undefined,
    };
    const engine = openFit(fit, funnel, kernel);
    const measured = measure(engine, { whole, queries }, rules);
    closeEngine(engine);
    return measured;
  };
}

function transitionsAlone(funnel: FunnelSettings): FunnelSettings {
  const blend = Object.fromEntries(
    Object.keys(funnel.blend).map((source) => [source, source === 'transitions' ? 1 : 0]),
  ) as Blend;
  return { ...funnel, blend };
}

/** A fit of transitions and popularity alone: no vectors, no baskets. */
function bareFit(dataset: Dataset, settings: TrainingSettings) {
  const { interactions, until } = dataset;
  const { items } = interactions;
  const none = { items, dims: 1, values: new Float32Array(items) };
  const sources: Sources = {
    popularity: fitPopularity(interactions, settings.popularity, until),
    transitions: fitTransitions(interactions, settings.transitions, until),
    boughtTogether: {
      items,
      offsets: new Uint32Array(items + 1),
      ids: new Uint32Array(0),
      weights: new Float32Array(0),
    },
    embeddings: { query: none, candidate: none, encoder: undefined, scale: 1 },
    content: undefined,
    tokens: undefined,
    order: undefined,
    further: {},
    cards: [],
  };
  return { sources, markets: [], ...encodeItems({ dataset, sources, markets: [], bits: settings.bits }) };
}
