import { Router } from 'express';
import { OrderBatch } from '../../shared/protocol/sync.ts';
import type { Pepper } from '../home.ts';
import type { Meters } from '../monitoring/meters.ts';
import { Problem, read } from '../problem.ts';
import type { Store } from '../store/contract.ts';
import { bearer, requireKey } from './access.ts';
import { jsonBody } from './body.ts';
import type { GroupCommit } from './group-commit.ts';

export interface OrdersDeps {
  readonly store: Store;
  readonly pepper: Pepper;
  readonly commits: GroupCommit;
  readonly meters: Meters;
  readonly now: () => number;
}

/** POST /v1/orders: from the shop's server, with the admin key; a browser has no business here and gets no CORS. */
export function ordersRouter({ store, pepper, commits, meters, now }: OrdersDeps): Router {
  return Router().post(
    '/',
    (request, _response, next) => {
      if (request.headers.origin !== undefined)
        throw new Problem(403, 'bad-origin', 'orders are sent from server to server');
      if (bearer(request) === undefined)
        throw new Problem(401, 'no-key', 'expected Authorization: Bearer with the admin key');
      next();
    },
    ...jsonBody(),
    (request, response, next) => {
      const { site, orders } = read(OrderBatch, request.body);
      requireKey(store, site, { kind: 'admin', key: bearer(request) });
      const subjects = orders.map(({ customer, ...order }) => ({
        ...order,
        ...(customer === undefined ? {} : { subject: pepper.subject(site, 'customer', customer) }),
      }));
      commits
        .run(() => store.orders.accept(site, subjects, now()))
        .then((counts) => {
          meters.orders.inc({ outcome: 'accepted' }, counts.added);
          meters.orders.inc({ outcome: 'duplicate' }, counts.known);
          response.json(counts);
        }, next);
    },
  );
}
