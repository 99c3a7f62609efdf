import { isRefusalCode, type RefusalCode } from '../../shared/onnx/refusal.ts';
import type { Host } from '../host.ts';
import { type DeviceStore, putState, stateRow } from '../storage/rows.ts';

/** After this long a model is tried again: the device may have been busy, or have been updated. */
export const QUARANTINE = 24 * 3_600_000;
const MOST_KEPT = 8;

/** Models that failed on this device, by hash; kept where the shopper lets anything be kept. */
export interface Quarantine {
  of(model: string): Promise<RefusalCode | undefined>;
  put(model: string, code: RefusalCode): Promise<void>;
}

export function createQuarantine(store: () => DeviceStore, { now }: Pick<Host, 'now'>): Quarantine {
  return {
    async of(model) {
      const known = await store().transact((rows) => stateRow(rows, 'rankers'));
      const found = known?.[model];
      if (found === undefined || now() - found.at > QUARANTINE || now() < found.at) return undefined;
      return isRefusalCode(found.code) ? found.code : undefined;
    },
    async put(model, code) {
      await store().transact(async (rows) => {
        const known = (await stateRow(rows, 'rankers')) ?? {};
        const others = Object.entries(known).filter(([hash]) => hash !== model);
        const newest = others.sort(([, a], [, b]) => b.at - a.at).slice(0, MOST_KEPT - 1);
        await putState(rows, 'rankers', Object.fromEntries([...newest, [model, { code, at: now() }]]));
      });
    },
  };
}
