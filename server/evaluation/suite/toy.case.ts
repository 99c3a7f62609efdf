import { createRandom } from '../../../models/random.ts';
import { loadKernel } from '../../../shared/kernel/load.ts';
import type { ItemId, MarketId } from '../../../shared/protocol/ids.ts';
import type { Item } from '../../../shared/protocol/item.ts';
import type { StoredInteraction } from '../../store/contract.ts';
import type { OutsideVectors } from '../../training/given.ts';
import { SHOP_SETTINGS } from '../../training/settings.ts';
import { type ShopData, train } from '../../training/train.ts';
import type { Recorded } from './ground.ts';

const DAY = 86_400_000;
const START = 19_000 * DAY;
const SETS = 12;
const OF_A_SET = 5;
/** Days that the shop is open. */
export const OPEN = 100;

/** Whoever looks at something of a set looks at the rest of it; the set a shopper likes never changes. */
export function toyShop(): ShopData {
  const random = createRandom(5);
  const items: Item[] = Array.from({ length: SETS * OF_A_SET }, (_, at) => ({
    id: `i${String(at).padStart(2, '0')}` as ItemId,
    title: `thing ${at} of set${Math.floor(at / OF_A_SET)}`,
    product_type: `set ${Math.floor(at / OF_A_SET) % 4}`,
    availability: 'in_stock',
  }));
  const interactions: StoredInteraction[] = [];
  for (let shopper = 0; shopper < 150; shopper++) {
    const set = Math.floor(SETS * random.next() * random.next());
    // A third comes for the first time in the last days.
    const from = shopper % 3 === 0 ? 80 : 0;
    for (let visit = 0; visit < 4; visit++) {
      const time = START + Math.floor(from + ((visit + random.next()) * (OPEN - from)) / 4) * DAY;
      const order = Array.from({ length: OF_A_SET }, (_, at) => at).sort(() => random.next() - 0.5);
      order.slice(0, 4).forEach((at, step) => {
        interactions.push({
          key: `${shopper}-${visit}-${step}`,
          subject: `s${shopper}`,
          visit: `${shopper}-${visit}`,
          item: items[set * OF_A_SET + at]!.id,
          kind: step === 3 ? 'purchase' : 'view',
          time: time + step * 60_000,
          quantity: 1,
          price: 1,
          origin: 'import',
        });
      });
    }
  }
  const markets = [{ id: 'gb' as MarketId, currency: 'GBP', language: 'en' }];
  return { items, interactions, markets, now: START + (OPEN + 1) * DAY };
}

/** Settings that train in seconds. */
export const QUICK = {
  ...SHOP_SETTINGS,
  embeddings: { ...SHOP_SETTINGS.embeddings, epochs: 3, batch: 300, negatives: 20 },
  ranker: { ...SHOP_SETTINGS.ranker, hidden: [16, 8], listLength: 20, epochs: 4 },
  deep: undefined,
};

export const QUIET = { stage() {}, log() {} };

/** A run over the toy shop as it was `days` after it opened. */
export async function toyRun(
  name: string,
  { seed, days, vectors }: { seed: number; days: number; vectors?: OutsideVectors },
): Promise<Recorded> {
  const shop = { ...toyShop(), now: START + days * DAY };
  const kernel = loadKernel();
  const { parts, ...trained } = await train(
    shop,
    { seed, code: 'test', kernel, settings: QUICK, clock: () => 0, ...(vectors ? { vectors } : {}) },
    QUIET,
  );
  return { name, parts, trained };
}
