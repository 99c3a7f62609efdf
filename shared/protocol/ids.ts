import * as v from 'valibot';
import { ID_FORM, MOST_MARKET_CHARACTERS, MOST_SITE_CHARACTERS, SITE_FORM } from './forms.ts';

/**
 * Opaque ids. A plain string becomes one only through its schema, so that a variant's SKU can never be
 * handed to a function that wants a release. Outside the funnel an item is always its string id; the dense
 * index inside a release is private to that release and never leaves it. Marked as without side effects, so that a page
 * which only mints ids carries no schema.
 */
const id = /* @__NO_SIDE_EFFECTS__ */ (most: number) =>
  v.pipe(
    v.string(),
    v.minLength(1, 'an id has at least one character'),
    v.maxLength(most, `an id has at most ${most} characters`),
    v.regex(ID_FORM, 'an id has no control characters'),
  );

export const ItemId = v.pipe(id(128), v.brand('ItemId'));
export type ItemId = v.InferOutput<typeof ItemId>;

export const SiteId = v.pipe(
  id(MOST_SITE_CHARACTERS),
  v.regex(SITE_FORM, 'a site id is a-z, 0-9 and -'),
  v.brand('SiteId'),
);
export type SiteId = v.InferOutput<typeof SiteId>;

export const MarketId = v.pipe(id(MOST_MARKET_CHARACTERS), v.brand('MarketId'));
export type MarketId = v.InferOutput<typeof MarketId>;

export const ReleaseId = v.pipe(id(80), v.brand('ReleaseId'));
export type ReleaseId = v.InferOutput<typeof ReleaseId>;

export const SessionId = v.pipe(id(64), v.brand('SessionId'));
export type SessionId = v.InferOutput<typeof SessionId>;

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
/** UUIDv7 (RFC 9562), minted once at capture: the key by which an event is idempotent. */
export const EventId = v.pipe(
  v.string(),
  v.regex(UUID_V7, 'expected a lower-case UUIDv7'),
  v.brand('EventId'),
);
export type EventId = v.InferOutput<typeof EventId>;

/** The id of one slate; the same form as an event id. */
export const RecId = v.pipe(v.string(), v.regex(UUID_V7, 'expected a lower-case UUIDv7'), v.brand('RecId'));
export type RecId = v.InferOutput<typeof RecId>;

/** SHA-256 in lower-case hex: the only address of an artefact. */
export const Sha256 = v.pipe(
  v.string(),
  v.regex(/^[0-9a-f]{64}$/, 'expected 64 hex digits'),
  v.brand('Sha256'),
);
export type Sha256 = v.InferOutput<typeof Sha256>;

/** Milliseconds since 1970-01-01T00:00:00Z. */
export const Timestamp = v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(8.64e15));

/**
 * A UUIDv7 from a clock and randomness given by the caller.
 * @param now milliseconds since 1970
 * @param random ten random bytes
 */
export function mintUuid(now: number, random: Uint8Array): string {
  if (random.length !== 10) throw new RangeError(`expected 10 random bytes, found ${random.length}`);
  const time = hexOf(Math.floor(now), 12);
  const rest = Array.from(random, (byte) => hexOf(byte, 2)).join('');
  // Version 7 takes four bits of the randomness, the variant (binary 10) two.
  const variant = hexOf(((random[2] ?? 0) & 0x3f) | 0x80, 2);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${rest.slice(1, 4)}-${variant}${rest.slice(6, 8)}-${rest.slice(8)}`;
}

const hexOf = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');

export const mintEventId = (now: number, random: Uint8Array): EventId => mintUuid(now, random) as EventId;
export const mintRecId = (now: number, random: Uint8Array): RecId => mintUuid(now, random) as RecId;
