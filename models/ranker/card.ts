import type { ModelCard } from '../contract.ts';
import type { DeepSettings, TrainedDeep } from './deep/train.ts';
import type { RankerSettings, TrainedRanker } from './train.ts';

export function rankerCard(trained: TrainedRanker, settings: RankerSettings, seed: number): ModelCard {
  const { hidden, committee, classesBy, apart, ...others } = settings;
  return {
    model: 'ranker',
    purpose: 'orders the candidates of all sources for one shopper and one placement',
    data: "held-out next items, with the funnel's own candidates and features, from sources fitted before them; slates that were seen, where enough are logged (seen.lists)",
    method:
      'mean of multilayer perceptrons with ReLU that differ by their seeds, listwise softmax cross-entropy, Adam, dropout, early stopping; Platt scaling on slates of validation, with an intercept for each kind of question',
    source: 'Cao et al. 2007 (ListNet); Kingma and Ba 2015 (Adam); Dietterich 2000 (committees); Platt 1999',
    parameters: {
      ...others,
      hidden: hidden.join('-'),
      committee: committee ?? 1,
      classesBy: classesBy ?? 'none',
      apart: apart?.hidden.join('-') ?? 'none',
    },
    metrics: { ...trained.metrics },
    limits:
      'learns only where retrieval found the next item; what a place costs is learned from slates that were seen alone; calibrated for the first ten places of a slate',
    seed,
  };
}

export function deepCard(trained: TrainedDeep, settings: DeepSettings, seed: number): ModelCard {
  const { hidden, classesBy, ...others } = settings;
  return {
    model: 'deep-ranker',
    purpose: 'orders candidates where what a shop knows of items, pages and hours has more to say',
    data: "held-out next items, with the funnel's own candidates, features and categories; slates that were seen, where enough are logged (seen.lists)",
    method:
      'vectors of categories and features through dense layers with batch normalisation (folded), ReLU and dropout; listwise softmax, Adam, early stopping; Platt scaling on slates of validation',
    source: 'Covington et al. 2016; Ioffe and Szegedy 2015; Platt 1999',
    parameters: { ...others, hidden: hidden.join('-'), classesBy: classesBy ?? 'none' },
    metrics: { ...trained.metrics },
    limits: 'calibrated for the first ten places of a slate: of what stands lower its probabilities say less',
    seed,
  };
}
