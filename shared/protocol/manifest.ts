import * as v from 'valibot';
import { ItemId, MarketId, ReleaseId, Sha256, SiteId, Timestamp } from './ids.ts';
import { Level } from './level.ts';

/** What a part of a bundle is. A device ignores roles that it does not know. */
export const PART_ROLES = [
  'shard',
  'transitions',
  'bought-together',
  'taste',
  'basket',
  'fresh',
  'weights',
  'cards',
] as const;

export const Part = v.object({
  role: v.string(),
  /** absent: of the whole, or of both */
  level: v.optional(Level),
  sha256: Sha256,
  bytes: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** for cards: the market they speak */
  market: v.optional(MarketId),
  /** the first slate needs it */
  needed: v.boolean(),
});
export type Part = v.InferOutput<typeof Part>;

export const Market = v.object({
  id: MarketId,
  currency: v.pipe(v.string(), v.regex(/^[A-Z]{3}$/)),
  language: v.string(),
});
export type Market = v.InferOutput<typeof Market>;

/** The smoke test that a device runs before it activates a release: the same input must give the same slate. */
export const Golden = v.object({
  views: v.array(ItemId),
  now: Timestamp,
  seed: v.number(),
  expected: v.array(ItemId),
});
export type Golden = v.InferOutput<typeof Golden>;

/**
 * A release: small, short-lived, signed. Unknown additions are ignored (`object`, not `strictObject`), another
 * major `protocol` is refused.
 */
export const Manifest = v.object({
  protocol: v.pipe(v.number(), v.integer()),
  site: SiteId,
  release: ReleaseId,
  /** rises with every publish, rollbacks included: a device never goes to a lower one */
  version: v.pipe(v.number(), v.integer(), v.minValue(1)),
  createdAt: Timestamp,
  expiresAt: Timestamp,
  /** id of the embedding space; candidates and personal parameters of another space do not fit */
  space: v.string(),
  /** id of the feature schema the ranker was trained on */
  featureSchema: v.string(),
  items: v.pipe(v.number(), v.integer(), v.minValue(1)),
  markets: v.pipe(v.array(Market), v.minLength(1)),
  parts: v.array(Part),
  golden: Golden,
  /** what there is of the head, if there is one */
  head: v.optional(
    v.object({
      items: v.pipe(v.number(), v.integer(), v.minValue(1)),
      golden: Golden,
    }),
  ),
});
export type Manifest = v.InferOutput<typeof Manifest>;

/** The wire form: the manifest's raw bytes in base64, signed by one of two pinned Ed25519 keys (RFC 8032). */
export const SignedManifest = v.object({
  manifest: v.string(),
  signatures: v.pipe(
    v.array(v.object({ key: v.string(), signature: v.string() })),
    v.minLength(1),
    v.maxLength(4),
  ),
});
export type SignedManifest = v.InferOutput<typeof SignedManifest>;
