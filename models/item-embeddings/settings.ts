/**
 * Two untied tables: V, what a shopper's items say of what comes next, and O, what an item answers to. Each row is its
 * own vector plus the mean of its tokens' vectors, so that an item without history has one from its description.
 */
export interface EmbeddingSettings {
  readonly dims: number;
  /** weight of the item touched `age` distinct items ago is decay^age: the funnel pools with the same number */
  readonly decay: number;
  /** distinct items of a history that are pooled */
  readonly pooled: number;
  readonly epochs: number;
  /** positions of a step, about */
  readonly batch: number;
  /** positions of an epoch at most: beyond, an epoch reads a random part of the histories */
  readonly mostPositions: number;
  /** uniform random items beside a step's own targets */
  readonly negatives: number;
  readonly dropout: number;
  readonly smoothing: number;
  readonly rate: number;
  readonly warmUp: number;
  /** first value of the learned scale of cosines */
  readonly scale: number;
  /** an item's own targets weigh e^-(recency * age), age 0 for the newest history and 1 for the oldest */
  readonly recency: number;
  /** targets that the history holds already are learned too: people who come back to an item */
  readonly repeats: boolean;
}

export const DEFAULT_EMBEDDINGS: EmbeddingSettings = {
  dims: 64,
  decay: 0.7,
  pooled: 30,
  epochs: 4,
  batch: 1500,
  mostPositions: 120_000,
  negatives: 1000,
  dropout: 0.5,
  smoothing: 0.1,
  rate: 2e-3,
  warmUp: 100,
  scale: 15,
  recency: 0,
  repeats: false,
};
