import type { ItemId } from '../../../shared/protocol/ids.ts';
import type { StoredInteraction } from '../../store/contract.ts';
import type { ImportContext, Importer } from '../importer.ts';
import { MARKETS } from './items.ts';
import { generateShop, type PlayedVisit, type ShopShape } from './shop.ts';

const BATCH = 10_000;

/** The generated shop as an importer without files. The same shape gives the same rows, keys included. */
export const generatedImporter = (shape: ShopShape): Importer => ({
  format: 'generated',
  describes: 'a shop that never was, from a seed: no file (see --seed, --goods, --shoppers)',
  files: { least: 0, most: 0 },
  markets: MARKETS,
  async read(_files, context) {
    const shop = generateShop(shape);
    const items = shop.items();
    context.tally.read += items.length;
    context.tally.keep(items.length);
    context.tally.note('goods, variants counted once', shop.goods.length);
    context.sink.items(items);
    let batch: StoredInteraction[] = [];
    for (const visit of shop.visits()) {
      batch.push(...rowsOf(visit, { seed: shape.seed, context }));
      if (batch.length < BATCH) continue;
      flush(batch, context);
      batch = [];
    }
    flush(batch, context);
  },
});

function flush(batch: readonly StoredInteraction[], context: ImportContext): void {
  context.signal.throwIfAborted();
  context.tally.read += batch.length;
  context.tally.keep(batch.length);
  context.sink.interactions(batch);
  context.progress(context.tally.read);
}

function rowsOf(visit: PlayedVisit, about: { seed: number; context: ImportContext }): StoredInteraction[] {
  const { shopper, id } = visit;
  const subject = shopper.known ? about.context.subjectOf(shopper.id) : null;
  return visit.deeds.map(({ kind, item, price, time }, index) => ({
    key: `generated:${about.seed}:${id}:${index}`,
    subject,
    visit: id,
    item: item as ItemId,
    kind,
    time,
    quantity: 1,
    price,
    origin: 'import',
  }));
}
