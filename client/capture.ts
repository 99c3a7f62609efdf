import * as v from 'valibot';
import type { Consent } from '../shared/protocol/consent.ts';
import { TacitEvent, TrackedEvent } from '../shared/protocol/event.ts';
import { type MarketId, mintEventId, type SessionId } from '../shared/protocol/ids.ts';

/** An event that no schema admits: said to the shop, never thrown into its page. */
class CaptureError extends Error {
  override readonly name = 'CaptureError';
  readonly code = 'event-invalid';
}

export interface Circumstances {
  readonly now: number;
  readonly random: Uint8Array;
  readonly session: SessionId;
  readonly consent: Consent;
  readonly market: MarketId | undefined;
}

/**
 * What a shop tracks, as it is kept: with its id, time, session and the consent of this moment. Unknown keys of the
 * shop's object are left behind.
 * @throws CaptureError
 */
export function captureEvent(tracked: unknown, at: Circumstances): TacitEvent {
  const read = v.safeParse(TrackedEvent, tracked);
  if (!read.success) throw new CaptureError(problemOf(read.issues));
  const { market } = at;
  const event = v.safeParse(TacitEvent, {
    ...withoutUndefined(read.output),
    event_id: mintEventId(at.now, at.random),
    time: at.now,
    session_id: at.session,
    consent: at.consent,
    ...(market === undefined ? {} : { market }),
  });
  if (!event.success) throw new CaptureError(problemOf(event.issues));
  return event.output;
}

const withoutUndefined = (value: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined));

/** The first thing wrong, with its place. */
export function problemOf(issues: readonly v.BaseIssue<unknown>[]): string {
  const first = issues[0];
  if (first === undefined) return 'unreadable';
  const place = v.getDotPath(first as Parameters<typeof v.getDotPath>[0]);
  return place === null ? first.message : `${place}: ${first.message}`;
}
