import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** One request as it went over the wire. */
export interface Crossing {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  /** undefined: no answer came back to the client */
  status: number | undefined;
}

/** What becomes of a request: passed on, passed on but never answered, or answered by the test itself. */
export type Fate = 'pass' | 'drop-answer' | { readonly status: number; readonly body: Uint8Array };

export interface Wire {
  readonly url: string;
  readonly crossings: readonly Crossing[];
  /** asked once for each request, in order of arrival */
  judge(fate: (crossing: Crossing) => Fate): void;
  /** the cable: every connection breaks and none is made until `mend` */
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

/**
 * A real proxy between browser and server: it writes down everything that crosses, and it can be what a bad network is.
 * @param upstream where the server listens
 */
export async function openWire(upstream: string): Promise<Wire> {
  const target = new URL(upstream);
  const crossings: Crossing[] = [];
  const sockets = new Set<Socket>();
  let fate: (crossing: Crossing) => Fate = () => 'pass';
  let isCut = false;

  const server = createServer((incoming, outgoing) => {
    void pass(incoming, outgoing).catch(() => outgoing.destroy());
  });
  server.on('connection', (socket) => {
    if (isCut) {
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });

  async function pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await bytesOf(incoming);
    const crossing: Crossing = {
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      headers: incoming.headers,
      body: body.toString('utf8'),
      status: undefined,
    };
    crossings.push(crossing);
    const decided = fate(crossing);
    if (typeof decided === 'object') {
      crossing.status = decided.status;
      outgoing.writeHead(decided.status, { 'content-type': 'application/octet-stream' }).end(decided.body);
      return;
    }
    const answer = await forward(target, incoming, body);
    if (decided === 'drop-answer') {
      // The server has answered, so it has committed; the client sees a broken connection.
      incoming.socket.destroy();
      return;
    }
    crossing.status = answer.status;
    outgoing.writeHead(answer.status, answer.headers).end(answer.body);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    crossings,
    judge(next) {
      fate = next;
    },
    cut() {
      isCut = true;
      for (const socket of sockets) socket.destroy();
    },
    mend() {
      isCut = false;
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

function forward(target: URL, incoming: IncomingMessage, body: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    // The Host header stays the client's: the server tells its own pages by it.
    const { method = 'GET', url = '/', headers } = incoming;
    const outgoing = request({ host: target.hostname, port: target.port, method, path: url, headers });
    outgoing.on('error', reject);
    outgoing.on('response', (answer) => {
      bytesOf(answer).then(
        (bytes) =>
          resolve({ status: answer.statusCode ?? 502, headers: withoutHop(answer.headers), body: bytes }),
        reject,
      );
    });
    outgoing.end(body);
  });
}

/** Headers of one connection alone (RFC 9110, 7.6.1). */
function withoutHop(headers: IncomingMessage['headers']): IncomingMessage['headers'] {
  const { connection: _, 'keep-alive': __, 'transfer-encoding': ___, ...rest } = headers;
  return rest;
}

async function bytesOf(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
