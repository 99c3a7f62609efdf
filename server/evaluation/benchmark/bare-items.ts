import * as v from 'valibot';
import { ItemId } from '../../../shared/protocol/ids.ts';
import type { Item } from '../../../shared/protocol/item.ts';

const MOST_ATTRIBUTES = 64;

/** A catalogue of which nothing is known but ids and, where given, anonymous attributes. */
export function bareItems(ids: Iterable<string>, attributes: ReadonlyMap<string, readonly string[]>): Item[] {
  return [...new Set(ids)].map((id): Item => {
    const own = attributes.get(id)?.slice(0, MOST_ATTRIBUTES);
    return {
      id: v.parse(ItemId, id),
      title: id,
      availability: 'in_stock',
      ...(own === undefined ? {} : { attributes: own }),
    };
  });
}
