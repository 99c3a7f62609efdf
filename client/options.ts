import { type Consent, NO_CONSENT, type PrivacyMode } from '../shared/protocol/consent.ts';
import { SITE_FORM } from '../shared/protocol/forms.ts';
import type { MarketId, SiteId } from '../shared/protocol/ids.ts';
import type { SlateRequest } from '../shared/protocol/slate.ts';
import type { RankerOption, RecommendOptions, TacitOptions } from './contract.ts';

const REFRESH_EVERY = 5 * 60_000;
/** base64 of 32 bytes, strictly: padded, no stray bits */
const KEY_FORM = /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/;

export interface CheckedOptions {
  readonly site: SiteId;
  readonly url: string;
  readonly keys: readonly string[];
  readonly workerUrl?: string;
  readonly privacy: { readonly mode?: PrivacyMode };
  readonly consent: Partial<Consent>;
  readonly writeKey?: string;
  readonly market?: MarketId;
  readonly refreshEvery: number;
  readonly serverCandidates: boolean;
  readonly ranker?: RankerOption;
}

export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly why: string };

/** An option's place, what is there, whether that will do, and what is said if not. */
type Finding = readonly [place: string, found: unknown, fits: boolean, expected: string];

function checked<T>(value: T, findings: readonly Finding[]): Checked<T> {
  const wrong = findings.find(([, , fits]) => !fits);
  return wrong
    ? { ok: false, why: `${wrong[0]}: expected ${wrong[3]}, found ${wrong[1]}` }
    : { ok: true, value };
}

const has = (found: unknown, form: RegExp): boolean => typeof found === 'string' && form.test(found);

const consentFindings = (said: Partial<Consent> | undefined): Finding[] => [
  ['consent', said, Object(said) === said, 'an object'],
  ...(['storage', 'measurement'] as const).map((name): Finding => {
    const found = said?.[name];
    return [`consent.${name}`, found, /^[bu]/.test(typeof found), 'true or false'];
  }),
];

/**
 * What the shop's page said, as plain data. What the page itself relies on is checked here, and what a worker would be
 * started in vain with; the worker checks the rest.
 */
export function checkOptions(options: TacitOptions): Checked<CheckedOptions> {
  try {
    const said: CheckedOptions = {
      consent: {},
      refreshEvery: REFRESH_EVERY,
      serverCandidates: false,
      privacy: {},
      ...JSON.parse(JSON.stringify(options ?? {})),
    };
    const { site, url, keys, consent } = said;
    return checked({ ...said, url: url?.replace(/\/+$/, '') }, [
      ['site', site, has(site, SITE_FORM), 'a-z, 0-9 and -'],
      ['url', url, has(url, /^(https?:\/\/|\/|$)/), 'an http(s) URL or a path'],
      ['keys', keys, Array.isArray(keys) && keys.length > 0, 'at least one pinned key'],
      ...(keys ?? []).map(
        (key, at): Finding => [`keys.${at}`, key, has(key, KEY_FORM), 'base64 of 32 bytes'],
      ),
      ...consentFindings(consent),
    ]);
  } catch (error) {
    return { ok: false, why: String(error) };
  }
}

/** The server's address for every page of the shop, without a slash at its end: `/` is the page's own origin. */
export const serverBase = (url: string, page: string): string =>
  new URL(url === '' ? '/' : url, page).href.replace(/\/+$/, '');

/** What is not said to be allowed is not allowed. */
export const consentOf = (said: Partial<Consent>, before: Consent = NO_CONSENT): Checked<Consent> => {
  const read = checked(said, consentFindings(said));
  if (!read.ok) return read;
  const { storage = before.storage, measurement = before.measurement } = said;
  return { ok: true, value: { storage, measurement } };
};

/** A shop's words as the device's request: aliases resolved, what is not said left out. The worker checks it. */
export function requestOf(
  { placement, items, limit, maxRecommendations, threshold, exclude, avoid, device }: RecommendOptions,
  market: MarketId | undefined,
  kind: NonNullable<SlateRequest['device']>,
): SlateRequest {
  const said = { items, limit: limit ?? maxRecommendations, threshold, exclude, avoid, market };
  return JSON.parse(JSON.stringify({ placement, device: device ?? kind, ...said }));
}
