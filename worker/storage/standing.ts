import { type DeviceStore, type StateRows, stateRow } from './rows.ts';

/** What stands in the store, as far as a page that opens needs it. */
export type Standing = {
  readonly [K in 'shopper' | 'releases' | 'quarantine' | 'trial']: StateRows[K] | undefined;
};

/** In one transaction: to open one takes longer than to read all of this. */
export const standingOf = (store: DeviceStore): Promise<Standing> =>
  store.transact(async (rows) => {
    const [shopper, releases, quarantine, trial] = await Promise.all([
      stateRow(rows, 'shopper'),
      stateRow(rows, 'releases'),
      stateRow(rows, 'quarantine'),
      stateRow(rows, 'trial'),
    ]);
    return { shopper, releases, quarantine, trial };
  });
