import { type Consent, NO_CONSENT, type PrivacyMode } from '../shared/protocol/consent.ts';
import {
  ID_FORM,
  MOST_MARKET_CHARACTERS,
  MOST_SITE_CHARACTERS,
  SITE_FORM,
} from '../shared/protocol/forms.ts';
import type { MarketId, SiteId } from '../shared/protocol/ids.ts';
import type { SlateRequest } from '../shared/protocol/slate.ts';
import type { RankerOption, RecommendOptions, TacitOptions } from './contract.ts';

const REFRESH_EVERY = 5 * 60_000;
const LEAST_REFRESH = 1_000;
/** base64 of 32 bytes, strictly: padded, no stray bits */
const KEY_FORM = /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/;

export interface CheckedOptions {
  readonly site: SiteId;
  readonly url: string;
  readonly keys: readonly string[];
  readonly workerUrl?: string | undefined;
  readonly privacy: { readonly mode: PrivacyMode };
  readonly consent: Partial<Consent>;
  readonly writeKey?: string | undefined;
  readonly market?: MarketId | undefined;
  readonly refreshEvery: number;
  readonly serverCandidates: boolean;
  readonly ranker?: RankerOption | undefined;
}

export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly why: string };

/** An option: its place, what was found there, whether that will do, and what would. */
type Finding = readonly [place: string, found: unknown, fits: boolean, expected: string];

const isText = (found: unknown, most: number, form = ID_FORM): found is string =>
  typeof found === 'string' && found.length <= most && form.test(found);

/** What the shop's page said, checked by hand: schemas would weigh more than all else here. */
export function checkOptions(options: TacitOptions): Checked<CheckedOptions> {
  const { site, url, keys, workerUrl, consent = {}, writeKey, market, ranker } = options ?? {};
  const {
    refreshEvery = REFRESH_EVERY,
    serverCandidates = false,
    privacy: { mode = 'off' } = {},
  } = options ?? {};
  const pinned: readonly string[] = Array.isArray(keys) ? keys : [];
  const why = firstWrong([
    ['site', site, isText(site, MOST_SITE_CHARACTERS, SITE_FORM), 'a site id is a-z, 0-9 and -'],
    ['url', url, isText(url, 2048, /^(https?:\/\/|\/|$)/), 'expected an http(s) URL or a path'],
    ['keys', keys, pinned.length > 0, 'expected at least one pinned key'],
    ...pinned.map(
      (key, at): Finding => [`keys.${at}`, key, isText(key, 44, KEY_FORM), 'expected base64 of 32 bytes'],
    ),
    ['workerUrl', workerUrl, workerUrl === undefined || isText(workerUrl, 2048), 'expected a URL'],
    ['privacy.mode', mode, /^(off|aggregate|events)$/.test(mode), 'expected off, aggregate or events'],
    ...consentFindings(consent),
    ['writeKey', writeKey, writeKey === undefined || isText(writeKey, 256), 'expected a key'],
    [
      'market',
      market,
      market === undefined || isText(market, MOST_MARKET_CHARACTERS),
      'expected a market id',
    ],
    ['refreshEvery', refreshEvery, refreshEvery >= LEAST_REFRESH, `expected at least ${LEAST_REFRESH} ms`],
    ['serverCandidates', serverCandidates, typeof serverCandidates === 'boolean', 'expected true or false'],
    [
      'ranker',
      ranker,
      ranker === undefined || (isText(ranker?.url, 2048) && isText(ranker.sidecar, 2048)),
      'expected url and sidecar',
    ],
  ]);
  if (why !== undefined) return { ok: false, why };
  return {
    ok: true,
    value: {
      site: site as SiteId,
      url: url.replace(/\/+$/, ''),
      keys: pinned,
      workerUrl,
      privacy: { mode },
      consent,
      writeKey,
      market: market as MarketId | undefined,
      refreshEvery,
      serverCandidates,
      ranker,
    },
  };
}

function firstWrong(findings: readonly Finding[]): string | undefined {
  const wrong = findings.find(([, , fits]) => !fits);
  return wrong && `${wrong[0]}: ${wrong[3]}, found ${wrong[1]}`;
}

const consentFindings = (said: Partial<Consent> | undefined): Finding[] => [
  ['consent', said, typeof said === 'object' && said !== null, 'expected an object'],
  ...(['storage', 'measurement'] as const).map((name): Finding => {
    const found = said?.[name];
    return [`consent.${name}`, found, (found ?? true) === !!(found ?? true), 'expected true or false'];
  }),
];

/** The server's address for every page of the shop, without a slash at its end: `/` is the page's own origin. */
export const serverBase = (url: string, page: string): string =>
  new URL(url === '' ? '/' : url, page).href.replace(/\/+$/, '');

/** What is not said to be allowed is not allowed. */
export const consentOf = (said: Partial<Consent>, before: Consent = NO_CONSENT): Checked<Consent> => {
  const why = firstWrong(consentFindings(said));
  if (why !== undefined) return { ok: false, why };
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
