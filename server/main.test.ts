import { connect } from 'node:net';
import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { openLog } from './monitoring/log.ts';
import { ackOf, eventBatch, SITE, testServer, wireEvent } from './serving.case.ts';
import { openStore } from './store/store.ts';

describe('a serving process', () => {
  it('says that it lives, that it is ready, and what it did', async () => {
    const server = await testServer();
    await server.release();
    await server.send(eventBatch([wireEvent()]));
    for (const path of ['/livez', '/readyz']) expect((await fetch(server.url + path)).status).toBe(200);
    const text = await (await fetch(`${server.url}/metrics`)).text();
    expect(text).toContain('tacit_release_version 1');
    expect(text).toContain('tacit_ingest_events_total{outcome="accepted"} 1');
    expect(text).toContain(
      'tacit_http_request_duration_seconds_count{method="POST",route="/v1/events",status="200"} 1',
    );
    expect(text).not.toContain(server.write);
    await server.stop();
  });

  it('counts paths that strangers make up under one name', async () => {
    const server = await testServer();
    for (let i = 0; i < 20; i++) await fetch(`${server.url}/wp-admin/${i}`);
    expect(
      await server.metric(
        'tacit_http_request_duration_seconds_count{method="GET",route="other",status="404"}',
      ),
    ).toBe(20);
    await server.stop();
  });

  it('logs neither key nor query nor body', async () => {
    const lines: string[] = [];
    const sink = new Writable({
      write(chunk, _encoding, done) {
        lines.push(String(chunk));
        done();
      },
    });
    const log = openLog('debug', sink);
    const server = await testServer({ log });
    await server.send(eventBatch([wireEvent({ items: [{ item_id: 'private-item' as never }] })]));
    await server.send('broken');
    log.info({ pseudonym: 'feed', req: { customer: '17850' } }, 'by accident');
    const text = lines.join('');
    expect(text).toContain('/v1/events');
    for (const secret of [server.write, 'private-item', 'broken', 'feed', '17850', '127.0.0.1'])
      expect(text).not.toContain(secret);
    await server.stop();
  });

  it('drains: what it has begun it finishes, and what it acknowledged is there', async () => {
    const server = await testServer();
    const acks: string[] = [];
    let leaving = false;
    const clients = Array.from({ length: 8 }, async () => {
      while (!leaving) {
        const ack = await server.send(eventBatch([wireEvent()])).then(ackOf, () => undefined);
        if (ack) acks.push(...ack.accepted);
      }
    });
    await new Promise((resolve) => setTimeout(resolve, 300));
    await server.close();
    leaving = true;
    await Promise.all(clients);
    const store = openStore(`${server.folder}/tacit.db`);
    expect(acks.length).toBeGreaterThan(0);
    expect(store.events.count(SITE)).toBeGreaterThanOrEqual(acks.length);
    const after = store.events.accept(
      SITE,
      'p',
      acks.map((event_id) => wireEvent({ event_id: event_id as never })),
      0,
    );
    expect(after.duplicates).toHaveLength(acks.length);
    store.close();
    await expect(fetch(`${server.url}/livez`)).rejects.toThrow();
  });

  it('answers a smuggled request by closing', async () => {
    const server = await testServer();
    const { port, hostname } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    const headers = 'Host: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n';
    socket.write(
      `POST /v1/events HTTP/1.1\r\n${headers}\r\n0\r\n\r\nGET /metrics HTTP/1.1\r\nHost: x\r\n\r\n`,
    );
    const answer = await new Promise<string>((resolve) => {
      let text = '';
      socket.on('data', (chunk) => {
        text += String(chunk);
      });
      socket.on('close', () => resolve(text));
    });
    expect(answer).toContain('400 Bad Request');
    expect(answer).not.toContain('tacit_');
    await server.stop();
  });
});
