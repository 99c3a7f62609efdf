import type { Store } from './contract.ts';
import { mergeLines, orderKey } from './events.ts';
import type { Writer } from './interactions.ts';
import type { Database } from './sqlite.ts';

export function ordersTable(db: Database, write: Writer): Store['orders'] {
  const insert = db.prepare(
    `INSERT INTO shop_order (site, order_id, subject, time, currency, accepted_at)
     VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (site, order_id) DO NOTHING`,
  );
  return {
    accept: (site, orders, receivedAt) =>
      db.transaction(() => {
        const counts = { added: 0, known: 0 };
        for (const order of orders) {
          const subject = order.subject ?? null;
          if (
            insert.run(site, order.order_id, subject, order.time, order.currency ?? null, receivedAt) === 0
          ) {
            counts.known++;
            continue;
          }
          counts.added++;
          for (const { item, quantity, price } of mergeLines(order.lines))
            write(site, {
              key: orderKey(order.order_id, item),
              subject,
              visit: order.order_id,
              item,
              kind: 'purchase',
              time: order.time,
              quantity,
              price,
              origin: 'order',
            });
        }
        return counts;
      }),
  };
}
