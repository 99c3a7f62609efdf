/** What the gate lets through. */
export interface GateLimits {
  /**
   * ndcg@10 that the champion may be better by, at the lower end of the difference's 95% interval, and the same as a share of
   * the champion's: the wider of the two holds, so that chance alone does not refuse what a small shop retrains
   */
  readonly championMargin: number;
  readonly championShare: number;
  /** ndcg@10 that popularity has to be beaten by */
  readonly popularityMargin: number;
  /** share of ndcg@10 that rounding and cutting may cost */
  readonly quantisationLoss: number;
  /** test queries below which nothing can be said */
  readonly leastQueries: number;
  /** bytes of one part, and of all that a device of one market loads */
  readonly partBytes: number;
  readonly wholeBytes: number;
  /** bytes an item, against the champion's: a factor */
  readonly growth: number;
  /** share of the champion's items that are still there */
  readonly itemsKept: number;
  /** total variation between the two popularities, 0..1 */
  readonly popularityShift: number;
  /** how much more of all popularity one item may have than it had */
  readonly itemShare: number;
  /** mean share of a slate that is as the champion's, over the same sessions */
  readonly slateOverlap: number;
  /** how much more of all those slates one item may be in than it was */
  readonly itemExposure: number;
  /** distinct items over those slates, against the champion's: a factor */
  readonly coverage: number;
}

export const DEFAULT_LIMITS: GateLimits = {
  championMargin: 0.02,
  championShare: 0.1,
  popularityMargin: 0,
  quantisationLoss: 0.01,
  leastQueries: 50,
  partBytes: 24e6,
  wholeBytes: 48e6,
  growth: 1.5,
  itemsKept: 0.7,
  popularityShift: 0.5,
  itemShare: 0.05,
  slateOverlap: 0.2,
  itemExposure: 0.3,
  coverage: 0.5,
};
