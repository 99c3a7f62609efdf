import type { CapturedEvent } from '../../shared/protocol/device.ts';
import type { TacitEvent } from '../../shared/protocol/event.ts';
import { mintEventId } from '../../shared/protocol/ids.ts';
import { START } from '../host.case.ts';

let minted = 0;

/** A view of a bowl unless told otherwise, captured with full consent. */
export function captured(own: Partial<TacitEvent> = {}, steady = 1_000): CapturedEvent {
  minted += 1;
  const time = own.time ?? START;
  return {
    steady,
    event: {
      event_id: mintEventId(
        time,
        Uint8Array.from({ length: 10 }, (_, i) => (minted >> (8 * (9 - i))) & 255),
      ),
      name: 'view_item',
      time,
      session_id: 'visit-1' as TacitEvent['session_id'],
      consent: { storage: true, measurement: true },
      items: [{ item_id: 'bowls-01' as TacitEvent['items'][number]['item_id'] }],
      ...own,
    },
  };
}

export const outboxRow = ({ event, steady }: CapturedEvent) => {
  const { search_term: _, ...wire } = event;
  return { event: wire, steady };
};
