import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventId, SiteId } from '../shared/protocol/ids.ts';
import { mintEventId } from '../shared/protocol/ids.ts';
import { eventsUrl } from '../shared/protocol/routes.ts';
import type { EventAck, EventBatch, WireEvent } from '../shared/protocol/sync.ts';
import { PROTOCOL_VERSION } from '../shared/protocol/version.ts';
import { openHome } from './home.ts';
import { type ServeOptions, type Serving, serve } from './main.ts';
import { openLog } from './monitoring/log.ts';
import { publish } from './publish/publish.ts';
import { trainedRelease } from './publish/trained.case.ts';
import type { PublishedRelease } from './store/contract.ts';

export const SITE = 'shop' as SiteId;

export interface TestServer extends Serving {
  readonly folder: string;
  readonly write: string;
  readonly admin: string;
  /** as a training process beside the server does it: through files of its own */
  release(own?: Parameters<typeof trainedRelease>[0]): Promise<PublishedRelease>;
  send(body: unknown, init?: RequestInit & { key?: string }): Promise<Response>;
  metric(line: string): Promise<number>;
  stop(): Promise<void>;
}

/** A real server on a free port with a home of its own. */
export async function testServer(own: Partial<ServeOptions> = {}): Promise<TestServer> {
  const folder = mkdtempSync(join(tmpdir(), 'tacit-serve-'));
  const serving = await serve({
    home: folder,
    site: SITE,
    port: 0,
    host: '127.0.0.1',
    mode: 'events',
    origins: ['https://shop.example'],
    log: openLog('silent'),
    limits: { ingest: 1e6, candidates: 1e6, downloads: 1e6 },
    ...own,
  });
  const { write, admin } = serving.home.keys.access(SITE);
  return {
    ...serving,
    folder,
    write,
    admin,
    release: (trained) => releaseIn(folder, trained),
    send: (body, { key = write, ...init } = {}) =>
      fetch(eventsUrl(serving.url, SITE, key), {
        method: 'POST',
        body: typeof body === 'string' ? body : JSON.stringify(body),
        ...init,
      }),
    async metric(line) {
      const text = await (await fetch(`${serving.url}/metrics`)).text();
      const found = text.split('\n').find((one) => one.startsWith(`${line} `));
      return found === undefined ? 0 : Number(found.slice(line.length + 1));
    },
    async stop() {
      await serving.close();
      rmSync(folder, { recursive: true });
    },
  };
}

export async function releaseIn(
  folder: string,
  own: Parameters<typeof trainedRelease>[0] = {},
): Promise<PublishedRelease> {
  const home = openHome(folder);
  try {
    const trained = trainedRelease(own);
    const hashes = [];
    for (const part of trained.parts) hashes.push(await home.artifacts.put(part.bytes));
    home.store.runs.record(SITE, trained, hashes);
    return await publish({ ...home, now: Date.now }, { site: SITE });
  } finally {
    home.close();
  }
}

let minted = 0;
export function newEventId(): EventId {
  const random = new Uint8Array(10);
  new DataView(random.buffer).setUint32(6, ++minted);
  return mintEventId(1_790_000_000_000, random);
}

export function wireEvent(own: Partial<WireEvent> = {}): WireEvent {
  return {
    event_id: newEventId(),
    name: 'view_item',
    time: 1_790_000_000_000,
    session_id: 'session-1' as WireEvent['session_id'],
    consent: { storage: true, measurement: true },
    items: [{ item_id: 'bowl' as WireEvent['items'][number]['item_id'] }],
    age_ms: 0,
    ...own,
  };
}

export function eventBatch(events: readonly unknown[], own: Partial<EventBatch> = {}): EventBatch {
  return {
    protocol: PROTOCOL_VERSION,
    batch_id: newEventId(),
    pseudonym: '0123456789abcdef0123456789abcdef' as EventBatch['pseudonym'],
    sent_at: 1_790_000_000_000,
    events: events as EventBatch['events'],
    ...own,
  };
}

export const ackOf = async (response: Response): Promise<EventAck> => {
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  return (await response.json()) as EventAck;
};
export const codeOf = async (response: Response): Promise<string> => {
  const problem = (await response.json()) as { code: string };
  return `${response.status} ${problem.code}`;
};
