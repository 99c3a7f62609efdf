import type { ModelCard } from '../contract.ts';
import type { RankerSettings, TrainedRanker } from './train.ts';

export function rankerCard(trained: TrainedRanker, settings: RankerSettings, seed: number): ModelCard {
  return {
    model: 'ranker',
    purpose: 'orders the candidates of all sources for one shopper and one placement',
    data: "held-out next items, with the funnel's own candidates and features, from sources fitted before them",
    method: 'multilayer perceptron with ReLU, listwise softmax cross-entropy, Adam, dropout, early stopping',
    source: 'Cao et al. 2007 (ListNet); Kingma and Ba 2015 (Adam)',
    parameters: { ...settings, hidden: settings.hidden.join('-') },
    metrics: trained.metrics,
    limits: 'learns only where retrieval found the next item; position is neutral, since no slate was shown',
    seed,
  };
}
