import type { ProfileAttributes } from '../../shared/protocol/profile.ts';
import { type BuiltDataset, hashWith } from '../dataset/dataset.ts';
import type { StoredShopper } from '../store/contract.ts';

/**
 * What the shop says of its shoppers, put to those who have interactions. The data's hash tells of it; a shop that says nothing has the
 * data and the hash that it had.
 * @param built with the numbers of the shoppers' subjects
 */
export function withShoppers(built: BuiltDataset, stored: readonly StoredShopper[]): BuiltDataset {
  const { dataset, users } = built;
  const shoppers: (ProfileAttributes | undefined)[] = new Array(dataset.interactions.users).fill(undefined);
  for (const { subject, attributes } of stored) {
    const user = users.get(subject);
    if (user !== undefined && Object.keys(attributes).length > 0) shoppers[user] = sorted(attributes);
  }
  if (shoppers.every((one) => one === undefined)) return built;
  return { ...built, dataset: { ...dataset, shoppers }, hash: hashWith(built.hash, shoppers) };
}

const sorted = (attributes: ProfileAttributes): ProfileAttributes =>
  Object.fromEntries(Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1)));
