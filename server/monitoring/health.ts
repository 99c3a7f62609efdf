import { Router } from 'express';
import { Problem } from '../problem.ts';
import type { Store } from '../store/contract.ts';
import type { Meters } from './meters.ts';

/** `/livez`: the process answers. `/readyz`: it can serve. `/metrics`: for Prometheus. */
export function healthRouter(deps: { store: Store; meters: Meters; draining: () => boolean }): Router {
  const { store, meters, draining } = deps;
  return Router()
    .get('/livez', (_request, response) => {
      response.set('Cache-Control', 'no-store').json({ status: 'ok' });
    })
    .get('/readyz', (_request, response) => {
      if (draining()) throw new Problem(503, 'draining', 'this server is going away');
      if (!store.ready()) throw new Problem(503, 'unavailable', 'the store does not answer');
      response.set('Cache-Control', 'no-store').json({ status: 'ok' });
    })
    .get('/metrics', (_request, response, next) => {
      meters.read().then(({ type, text }) => {
        response.set({ 'Content-Type': type, 'Cache-Control': 'no-store' }).send(text);
      }, next);
    });
}
