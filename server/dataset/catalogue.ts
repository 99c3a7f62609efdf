import type { Catalogue, CatalogueGroup } from '../../models/contract.ts';
import { compareIds } from '../../shared/bundle/strings.ts';
import type { Item } from '../../shared/protocol/item.ts';

/** Rows of one `item_group_id` become one group, which is what is recommended; groups ascend by UTF-8 bytes of id. */
export function buildCatalogue(items: readonly Item[]): Catalogue {
  const byGroup = new Map<string, Item[]>();
  for (const item of items) {
    const id = item.item_group_id ?? item.id;
    const known = byGroup.get(id);
    if (known) known.push(item);
    else byGroup.set(id, [item]);
  }
  const groups = [...byGroup].map(([id, members]): CatalogueGroup => {
    const variants = members.sort((a, b) => compareIds(a.id, b.id));
    return { id, item: variants[0]!, variants };
  });
  return { groups: groups.sort((a, b) => compareIds(a.id, b.id)) };
}

/** Row of a group's or a variant's id. A variant wins over a group of the same name, as it does on the device. */
export function rowsById({ groups }: Catalogue): ReadonlyMap<string, number> {
  const rows = new Map<string, number>();
  groups.forEach(({ id }, row) => {
    rows.set(id, row);
  });
  groups.forEach(({ variants }, row) => {
    for (const variant of variants) rows.set(variant.id, row);
  });
  return rows;
}
