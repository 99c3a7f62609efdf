/**
 * Two tables: what a shopper's items say of what comes next, and what an item answers to; or one for both, at half the
 * bytes. Each row is its own vector plus the mean of its tokens' vectors, so that an item without history has one from
 * its description.
 */
export interface EmbeddingSettings {
  readonly dims: number;
  /** units of the encoder's attention */
  readonly hidden: number;
  /** one table for both sides */
  readonly tied: boolean;
  /** first weight of the item touched `age` touches ago is decay^age; learned from there */
  readonly decay: number;
  /** touches of a history that are pooled */
  readonly pooled: number;
  readonly epochs: number;
  /** positions of a step, about */
  readonly batch: number;
  /** positions of an epoch at most: beyond, an epoch reads a random part of the histories */
  readonly mostPositions: number;
  /** random items beside a step's own targets */
  readonly negatives: number;
  /** share of them that is drawn by popularity^.75; the rest is uniform */
  readonly popularShare: number;
  /** whether choices are weighed so that they stand for all items, however likely they were drawn */
  readonly corrected: boolean;
  readonly dropout: number;
  readonly smoothing: number;
  /** of the tables; the encoder's own weights learn at half of it */
  readonly rate: number;
  readonly warmUp: number;
  /**
   * whether rows go on by their momentum in steps that do not meet them (Adam over whole tables, caught up when a row is met);
   * else they wait, and items that are seldom met learn less
   */
  readonly moving: boolean;
  /** rate at the end, as a share of the peak */
  readonly floor: number;
  /** first value of the learned scale of cosines */
  readonly scale: number;
  /** a history's targets weigh e^-(recency * age), age 0 for the newest history and 1 for the oldest */
  readonly recency: number;
  /** targets that the history holds already are learned too: people who come back to an item */
  readonly repeats: boolean;
}

export const DEFAULT_EMBEDDINGS: EmbeddingSettings = {
  dims: 64,
  hidden: 64,
  tied: false,
  decay: 0.7,
  pooled: 30,
  epochs: 4,
  batch: 1500,
  mostPositions: 120_000,
  negatives: 1000,
  popularShare: 0,
  corrected: false,
  dropout: 0.5,
  smoothing: 0.1,
  rate: 2e-3,
  warmUp: 100,
  moving: false,
  floor: 0.05,
  scale: 15,
  recency: 0,
  repeats: false,
};
