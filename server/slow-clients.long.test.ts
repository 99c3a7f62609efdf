import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { ackOf, eventBatch, testServer, wireEvent } from './serving.case.ts';

/** @returns ms until the server closed on a client that sends `head` and then one byte a second */
function slowClient(url: string, head: string): Promise<number> {
  const { port, hostname } = new URL(url);
  const began = Date.now();
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    const drip = setInterval(() => socket.write('x'), 1000);
    socket.on('connect', () => socket.write(head));
    socket.on('data', () => undefined);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearInterval(drip);
      resolve(Date.now() - began);
    });
  });
}

it('closes on five hundred clients that drip headers or bodies, and answers everyone else meanwhile', async () => {
  const server = await testServer();
  const headers = `POST /v1/events?site=shop&key=${server.write} HTTP/1.1\r\nHost: x\r\n`;
  const slow = Array.from({ length: 500 }, (_, i) =>
    slowClient(
      server.url,
      i % 2 === 0
        ? `${headers}X-Slow: `
        : `${headers}Content-Type: text/plain\r\nContent-Length: 60000\r\n\r\n`,
    ),
  );
  let closed = false;
  const all = Promise.all(slow).then((times) => {
    closed = true;
    return times;
  });
  let answered = 0;
  while (!closed) {
    const ack = await ackOf(await server.send(eventBatch([wireEvent()])));
    answered += ack.accepted.length;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  // Fifteen seconds for a request, and a second or two until the server looks.
  expect(Math.max(...(await all))).toBeLessThan(20_000);
  expect(answered).toBeGreaterThan(50);
  await server.stop();
});
