import * as v from 'valibot';
import { PrivacyMode } from '../shared/protocol/consent.ts';
import { type CapturedEvent, type DeviceOptions, Refusal } from '../shared/protocol/device.ts';
import { TacitEvent } from '../shared/protocol/event.ts';
import { ItemId, MarketId, SiteId } from '../shared/protocol/ids.ts';
import { problemOf } from '../shared/protocol/problem.ts';
import { ProfileAttributes } from '../shared/protocol/profile.ts';
import { SlateRequest } from '../shared/protocol/slate.ts';

/**
 * What a shop's own code said reaches the device as the page took it down: the page carries no schemas. Here it is
 * checked, once, before anything believes it.
 */
const Captured = v.object({ event: TacitEvent, steady: v.number() });

export interface Admitted {
  readonly events: readonly CapturedEvent[];
  /** what was wrong with each of the others */
  readonly refused: readonly string[];
}

export function admitEvents(given: readonly unknown[]): Admitted {
  const read = given.map((one) => v.safeParse(Captured, one));
  return {
    events: read.flatMap((one) => (one.success ? [one.output] : [])),
    refused: read.flatMap((one) => (one.success ? [] : [problemOf(one.issues).replace(/^event\./, '')])),
  };
}

const LEAST_REFRESH = 1_000;
const Options = v.object({
  site: SiteId,
  mode: PrivacyMode,
  writeKey: v.optional(v.string()),
  market: v.optional(MarketId),
  refreshEvery: v.pipe(v.number(), v.minValue(LEAST_REFRESH)),
  serverCandidates: v.boolean(),
});

/**
 * Of a shop's options, what its page leaves to the device.
 * @throws Refusal
 */
export const admitOptions = (given: DeviceOptions): void => void admit(Options, given);

const LISTS = ['items', 'exclude', 'avoid'] as const;

/**
 * Ids that no catalogue can have count for nothing.
 * @throws Refusal
 */
export function admitRequest(given: SlateRequest): SlateRequest {
  const known = LISTS.flatMap((name) => {
    const ids: unknown = given?.[name];
    return Array.isArray(ids) ? [[name, ids.filter((id) => v.is(ItemId, id))] as const] : [];
  });
  return admit(SlateRequest, { ...given, ...Object.fromEntries(known) });
}

const MOST_ATTRIBUTES = 32;
const Attributes = v.pipe(
  ProfileAttributes,
  v.check(
    (all) => Object.keys(all).length <= MOST_ATTRIBUTES,
    `expected at most ${MOST_ATTRIBUTES} attributes`,
  ),
);

/** @throws Refusal */
export const admitAttributes = (given: unknown): ProfileAttributes => admit(Attributes, given);

function admit<T extends v.GenericSchema>(schema: T, given: unknown): v.InferOutput<T> {
  const read = v.safeParse(schema, given);
  if (!read.success) throw new Refusal(problemOf(read.issues));
  return read.output;
}
