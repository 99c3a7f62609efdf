import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as v from 'valibot';
import { type EventAck, EventBatch } from '../../shared/protocol/sync.ts';

/** How the server treats one request: what it stores is stored even where its answer is lost. */
export type Manner = (
  batch: EventBatch,
  response: ServerResponse,
  store: (batch: EventBatch) => EventAck,
) => void;

/** An ingest server on a real socket, which keeps each event once, by id. */
export interface Ingest {
  readonly url: string;
  /** every batch that arrived, answered or not */
  readonly batches: EventBatch[];
  /** how often each event was stored */
  readonly stored: Map<string, number>;
  /** the manners of the next requests; then `polite` again */
  next(...manners: Manner[]): void;
  close(): Promise<void>;
}

const polite: Manner = (batch, response, store) => answer(response, 200, store(batch));
export const answers =
  (status: number, headers: Record<string, string> = {}): Manner =>
  (_, response) => {
    response.writeHead(status, headers).end('{}');
  };
/** Commits, and then the line is cut: the device cannot know. */
export const cutsTheAnswer: Manner = (batch, response, store) => {
  store(batch);
  response.socket?.destroy();
};
export const page: Manner = (_, response) => {
  response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Wi-Fi login</title>');
};
export const acks =
  (change: (ack: EventAck) => EventAck): Manner =>
  (batch, response, store) =>
    answer(response, 200, change(store(batch)));

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

export async function openIngest(): Promise<Ingest> {
  const batches: EventBatch[] = [];
  const stored = new Map<string, number>();
  const manners: Manner[] = [];
  const store = (batch: EventBatch): EventAck => {
    const ids = batch.events.map((event) => event.event_id);
    const known = ids.filter((id) => stored.has(id));
    for (const id of ids) if (!stored.has(id)) stored.set(id, 1);
    return {
      mode: 'events',
      accepted: ids.filter((id) => !known.includes(id)),
      duplicates: known,
      refused: [],
    };
  };
  const server = createServer((request, response) => {
    void bodyOf(request).then((text) => {
      const batch = v.parse(EventBatch, JSON.parse(text));
      batches.push(batch);
      (manners.shift() ?? polite)(batch, response, store);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    batches,
    stored,
    next: (...more) => void manners.push(...more),
    close: () => closed(server),
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

export function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
