import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One answer of the real server, before it is spoiled. */
export interface Answer {
  readonly path: string;
  readonly range: string | undefined;
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** How an answer goes out; `cutAt`: the line breaks after as many bytes of what was promised. */
export type Sent = Partial<Pick<Answer, 'status' | 'headers' | 'body'>> & { readonly cutAt?: number };

export interface FaultyWire {
  readonly url: string;
  /** every request for an artefact, with its range */
  readonly asked: { path: string; range: string | undefined }[];
  /** @param spoil undefined: the answer passes as it is */
  spoil(how: (answer: Answer) => Sent | undefined): void;
  mend(): void;
  close(): Promise<void>;
}

/** A real server in front of the shop's that answers as bad networks, caches and servers do. Nothing is compressed on it. */
export async function openFaultyWire(upstream: string): Promise<FaultyWire> {
  const target = new URL(upstream);
  const asked: FaultyWire['asked'] = [];
  let how: (answer: Answer) => Sent | undefined = () => undefined;
  const pass = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const answer = await forward(target, incoming);
    if (answer.path.startsWith('/v1/artifacts/')) asked.push({ path: answer.path, range: answer.range });
    const sent = { ...answer, ...how(answer) };
    const { 'content-length': _, ...headers } = sent.headers;
    outgoing.writeHead(sent.status, { ...headers, 'content-length': sent.body.length });
    if (sent.cutAt === undefined) return void outgoing.end(sent.body);
    outgoing.write(sent.body.subarray(0, sent.cutAt), () => setTimeout(() => outgoing.socket?.destroy(), 50));
  };
  const server = createServer((incoming, outgoing) => {
    void pass(incoming, outgoing).catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    spoil(next) {
      how = next;
    },
    mend() {
      how = () => undefined;
      asked.length = 0;
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function forward(target: URL, incoming: IncomingMessage): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { method = 'GET', url = '/' } = incoming;
    const headers = { ...incoming.headers, 'accept-encoding': 'identity' };
    const outgoing = request({ host: target.hostname, port: target.port, method, path: url, headers });
    outgoing.on('error', reject);
    outgoing.on('response', (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => {
        const { connection: _, 'keep-alive': __, 'transfer-encoding': ___, ...kept } = answer.headers;
        resolve({
          path: new URL(url, target).pathname,
          range: incoming.headers.range,
          status: answer.statusCode ?? 502,
          headers: kept,
          body: Buffer.concat(chunks),
        });
      });
    });
    incoming.pipe(outgoing);
  });
}
