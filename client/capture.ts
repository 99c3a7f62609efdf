import type { Consent } from '../shared/protocol/consent.ts';
import type { TacitEvent } from '../shared/protocol/event.ts';
import { type MarketId, mintEventId, type SessionId } from '../shared/protocol/ids.ts';

/** Every key of an event that a shop may say, and of its items and attribution. All others are left behind. */
const TOLD = [
  ...['name', 'items', 'value', 'currency', 'transaction_id', 'search_term', 'feedback', 'rec'],
  ...['item_id', 'quantity', 'price', 'index'],
  ...['rec_id', 'placement', 'position', 'propensity', 'release', 'level', 'variant'],
];

export interface Circumstances {
  readonly now: number;
  readonly random: Uint8Array;
  readonly session: SessionId;
  readonly consent: Consent;
  readonly market: MarketId | undefined;
}

/**
 * What a shop tracks, as it is kept: plain data with its id, time, session and the consent of this moment. It is checked
 * by the worker, which has the schemas; until then it is an event by name alone.
 * @throws TypeError where JSON cannot say it (a circle, a bigint)
 */
export function captureEvent(tracked: unknown, at: Circumstances): TacitEvent {
  return {
    items: [],
    ...JSON.parse(JSON.stringify(tracked ?? {}, TOLD)),
    event_id: mintEventId(at.now, at.random),
    time: at.now,
    session_id: at.session,
    consent: at.consent,
    ...(at.market && { market: at.market }),
  };
}
