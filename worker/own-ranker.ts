import { DEVICE_FEATURES } from '../shared/onnx/device-features.ts';
import { RankerRefusal } from '../shared/onnx/refusal.ts';
import type { OutsideRankerOptions } from '../shared/protocol/device.ts';
import type { Keeping } from './keeping.ts';
import { createOutsideRanker, type OutsideRanker } from './onnx/outside-ranker.ts';
import { createQuarantine } from './onnx/quarantine.ts';
import type { DeviceParts } from './parts.ts';
import type { Household } from './rooms.ts';

/** A shop's own ranker. Nothing of it is fetched before a slate asks for it. */
export function openRanker(
  { host, startRanker }: DeviceParts,
  options: OutsideRankerOptions,
  { store, trouble }: Pick<Keeping, 'store'> & Pick<Household, 'trouble'>,
): OutsideRanker {
  return createOutsideRanker({
    options,
    host,
    trouble,
    device: DEVICE_FEATURES,
    quarantine: createQuarantine(store, host),
    start: startRanker ?? startNone,
  });
}

const startNone = (): Promise<never> =>
  Promise.reject(new RankerRefusal('ranker-no-worker', 'this device starts no workers'));
