import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SiteId } from '../../shared/protocol/ids.ts';
import { codeOf, eventBatch, SITE, type TestServer, testServer, wireEvent } from '../serving.case.ts';

let server: TestServer;
beforeAll(async () => {
  // What the shop sends itself arrives in every mode.
  server = await testServer({ mode: 'off' });
});
afterAll(() => server.stop());

const order = (order_id: string, own: object = {}) => ({
  order_id,
  time: 1_790_000_000_000,
  customer: '17850',
  currency: 'GBP',
  lines: [{ item_id: 'bowl', quantity: 2, price: 1.25 }],
  ...own,
});
const post = (body: unknown, headers: Record<string, string> = {}, url = server.url) =>
  fetch(`${url}/v1/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${server.admin}`, ...headers },
    body: JSON.stringify(body),
  });
const rows = () => [...server.home.store.interactions.all(SITE)];

describe('orders from the shop', () => {
  it('become purchases, once each, of a customer whose id is not kept', async () => {
    const first = await post({ site: SITE, orders: [order('A'), order('B')] });
    expect([first.status, await first.json()]).toEqual([200, { added: 2, known: 0 }]);
    const again = await post({ site: SITE, orders: [order('B'), order('C'), order('C')] });
    expect(await again.json()).toEqual({ added: 1, known: 2 });
    expect(rows()).toHaveLength(3);
    expect(rows()[0]).toMatchObject({
      subject: server.home.pepper.subject(SITE, 'customer', '17850'),
      visit: 'A',
      kind: 'purchase',
      quantity: 2,
      price: 1.25,
      origin: 'order',
    });
    expect(JSON.stringify(rows())).not.toContain('17850');
    expect(await server.metric('tacit_ingest_orders_total{outcome="accepted"}')).toBe(3);
  });

  it('are taken from servers with the admin key alone', async () => {
    const body = { site: SITE, orders: [order('X')] };
    const code = async (headers: Record<string, string>, sent: unknown = body) =>
      codeOf(await post(sent, headers));
    expect(await code({ authorization: '' })).toBe('401 no-key');
    expect(await code({ authorization: 'Bearer guess' })).toBe('403 bad-key');
    expect(await code({ authorization: `Bearer ${server.write}` })).toBe('403 bad-key');
    expect(await code({ authorization: `Basic ${server.admin}` })).toBe('401 no-key');
    expect(await code({ origin: 'https://shop.example' })).toBe('403 bad-origin');
    const other = server.home.keys.access('other' as SiteId);
    expect(await code({ authorization: `Bearer ${other.admin}` })).toBe('403 bad-key');
    expect(await code({}, { site: 'other', orders: [order('X')] })).toBe('403 bad-key');
    expect(await code({}, { site: SITE, orders: [] })).toBe('400 bad-body');
    expect(await code({}, { site: SITE, orders: [order('X', { email: 'a@b.c' })] })).toBe('400 bad-body');
    expect(rows()).toHaveLength(3);
  });

  it('get no leave from a browser', async () => {
    const asked = await fetch(`${server.url}/v1/orders`, {
      method: 'OPTIONS',
      headers: { origin: 'https://shop.example', 'access-control-request-method': 'POST' },
    });
    expect(asked.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('and the events of the same purchase make one purchase', async () => {
    const open = await testServer();
    const line = { item_id: 'bowl' as never, quantity: 1 };
    await open.send(eventBatch([wireEvent({ name: 'purchase', transaction_id: 'T', items: [line] })]));
    const headers = { authorization: `Bearer ${open.admin}` };
    await post({ site: SITE, orders: [order('T')] }, headers, open.url);
    expect([...open.home.store.interactions.all(SITE)]).toMatchObject([{ origin: 'order', quantity: 2 }]);
    await open.stop();
  });
});
