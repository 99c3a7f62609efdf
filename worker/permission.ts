import type { Consent } from '../shared/protocol/consent.ts';
import type { DeviceOptions, DeviceStatus } from '../shared/protocol/device.ts';
import { type Rows, stateRow } from './storage/rows.ts';

export type Sending = DeviceStatus['sending'];

/** Whether events may go up at all, and the first reason why not. */
export function sendingOf(
  { mode, refused, writeKey }: Pick<DeviceOptions, 'mode' | 'refused' | 'writeKey'>,
  consent: Consent,
  serverOff: boolean,
): Sending {
  if (refused) return 'refused';
  if (mode === 'off') return 'off';
  // The mechanism of `aggregate` is not there yet: nothing goes up rather than something less private.
  if (mode === 'aggregate') return 'not-built';
  if (!consent.measurement) return 'no-consent';
  if (writeKey === undefined) return 'no-key';
  return serverOff ? 'server-off' : 'on';
}

/** What stands in storage counts too: another tab may have withdrawn what this one has not heard of yet. */
export async function measurementStands(rows: Rows): Promise<boolean> {
  const said = await stateRow(rows, 'consent');
  return said === undefined || said.measurement;
}
