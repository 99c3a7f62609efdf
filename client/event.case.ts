import type { CapturedEvent } from '../shared/protocol/device.ts';
import type { TacitEvent } from '../shared/protocol/event.ts';
import { mintEventId } from '../shared/protocol/ids.ts';

export const NOW = Date.UTC(2026, 2, 17, 10);
let minted = 0;

/** A view, as a page captured it. */
export function captured(own: Partial<TacitEvent> = {}): CapturedEvent {
  minted += 1;
  return {
    steady: minted,
    event: {
      event_id: mintEventId(
        NOW,
        Uint8Array.from({ length: 10 }, (_, i) => (minted >> (8 * (9 - i))) & 255),
      ),
      name: 'view_item',
      time: NOW,
      session_id: 'visit-1' as TacitEvent['session_id'],
      consent: { storage: true, measurement: true },
      items: [{ item_id: 'bowls-01' as TacitEvent['items'][number]['item_id'] }],
      ...own,
    },
  };
}
export const idsOf = (events: readonly CapturedEvent[]): string[] =>
  events.map(({ event }) => event.event_id);
