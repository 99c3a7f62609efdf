import * as v from 'valibot';
import { decodeBase64 } from '../shared/protocol/base64.ts';
import { Consent, NO_CONSENT, PrivacyMode } from '../shared/protocol/consent.ts';
import { ItemId, MarketId, SiteId } from '../shared/protocol/ids.ts';
import { ProfileAttributes } from '../shared/protocol/profile.ts';
import { SlateRequest } from '../shared/protocol/slate.ts';
import { problemOf } from './capture.ts';
import type { RecommendOptions, TacitOptions } from './contract.ts';

const REFRESH_EVERY = 5 * 60_000;
const LEAST_REFRESH = 1_000;

const ConsentOption = v.partial(v.object(Consent.entries));

const OptionsSchema = v.object({
  site: SiteId,
  url: v.pipe(
    v.string(),
    v.regex(/^(https?:\/\/|\/|$)/, 'expected an http(s) URL or a path'),
    v.transform((url) => url.replace(/\/+$/, '')),
  ),
  keys: v.pipe(
    v.array(
      v.pipe(
        v.string(),
        v.check((key) => decodeBase64(key)?.length === 32, 'expected base64 of 32 bytes'),
      ),
    ),
    v.minLength(1, 'expected at least one pinned key'),
  ),
  workerUrl: v.optional(v.pipe(v.string(), v.minLength(1))),
  privacy: v.optional(v.object({ mode: v.optional(PrivacyMode, 'off') }), {}),
  consent: v.optional(ConsentOption, {}),
  writeKey: v.optional(v.string()),
  market: v.optional(MarketId),
  refreshEvery: v.optional(v.pipe(v.number(), v.minValue(LEAST_REFRESH)), REFRESH_EVERY),
  serverCandidates: v.optional(v.boolean(), false),
});
export type CheckedOptions = v.InferOutput<typeof OptionsSchema>;

export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly why: string };

export function checkOptions(options: TacitOptions): Checked<CheckedOptions> {
  const read = v.safeParse(OptionsSchema, options);
  return read.success ? { ok: true, value: read.output } : { ok: false, why: problemOf(read.issues) };
}

/** The server's address for every page of the shop, without a slash at its end: `/` is the page's own origin. */
export const serverBase = (url: string, page: string): string =>
  new URL(url === '' ? '/' : url, page).href.replace(/\/+$/, '');

/** What is not said to be allowed is not allowed. */
export const consentOf = (said: unknown, before: Consent = NO_CONSENT): Checked<Consent> => {
  const read = v.safeParse(ConsentOption, said);
  if (!read.success) return { ok: false, why: problemOf(read.issues) };
  const { storage = before.storage, measurement = before.measurement } = read.output;
  return { ok: true, value: { storage, measurement } };
};

const MOST_ATTRIBUTES = 32;
const Attributes = v.pipe(
  ProfileAttributes,
  v.check(
    (all) => Object.keys(all).length <= MOST_ATTRIBUTES,
    `expected at most ${MOST_ATTRIBUTES} attributes`,
  ),
);

export const attributesOf = (given: unknown): Checked<ProfileAttributes> => {
  const read = v.safeParse(Attributes, given);
  return read.success ? { ok: true, value: read.output } : { ok: false, why: problemOf(read.issues) };
};

/** A shop's words as the device's request: aliases resolved, ids that no catalogue can have left out. */
export function requestOf(
  options: RecommendOptions,
  market: MarketId | undefined,
  device: NonNullable<SlateRequest['device']>,
): Checked<SlateRequest> {
  const limit = options.limit ?? options.maxRecommendations;
  const lists = { items: options.items, exclude: options.exclude, avoid: options.avoid };
  const read = v.safeParse(SlateRequest, {
    placement: options.placement,
    device: options.device ?? device,
    ...(limit === undefined ? {} : { limit }),
    ...(options.threshold === undefined ? {} : { threshold: options.threshold }),
    ...(market === undefined ? {} : { market }),
    ...Object.fromEntries(
      Object.entries(lists)
        .filter(([, ids]) => ids !== undefined)
        .map(([name, ids]) => [name, (ids ?? []).filter((id) => v.is(ItemId, id))]),
    ),
  });
  return read.success ? { ok: true, value: read.output } : { ok: false, why: problemOf(read.issues) };
}
