import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { loadKernel } from '../shared/kernel/load.ts';
import type { PrivacyMode } from '../shared/protocol/consent.ts';
import type { SiteId } from '../shared/protocol/ids.ts';
import { createApp } from './app.ts';
import { candidatesRouter } from './candidates/candidates.ts';
import { type Home, openHome } from './home.ts';
import { groupCommit } from './ingest/group-commit.ts';
import { type Logger, openLog } from './monitoring/log.ts';
import { type Meters, openMeters } from './monitoring/meters.ts';
import { startCare } from './publish/care.ts';
import type { JobCommand } from './registry/schedule/job.ts';
import { startSchedule } from './registry/schedule/schedule.ts';
import { shopRouter } from './shop.ts';

export interface ServeOptions {
  /** the folder of `openHome` */
  readonly home: string;
  /** the site whose keys are made at first use */
  readonly site: SiteId;
  /** 0: any free one */
  readonly port: number;
  readonly host: string;
  readonly mode: PrivacyMode;
  /** origins whose pages may send, beside the server's own */
  readonly origins: readonly string[];
  /** a built shop to serve on the same port */
  readonly shop?: string;
  /** answer for items beyond the shard */
  readonly candidates?: boolean;
  /** trusted proxies in front; default 0 */
  readonly proxies?: number;
  readonly log?: Logger;
  /** trains, judges and publishes at the times of a cron pattern, in a process of its own */
  readonly training?: { readonly pattern: string; readonly command: JobCommand };
  readonly limits?: Partial<typeof LIMITS>;
}

export interface Serving {
  readonly url: string;
  readonly home: Home;
  /** stops listening, lets what runs finish and be committed, then closes the store */
  close(): Promise<void>;
}

/** Requests a minute and address. Many shoppers may share one address; few send more than one batch in ten seconds. */
const LIMITS = { ingest: 600, candidates: 300, downloads: 1200 };

export async function serve(options: ServeOptions): Promise<Serving> {
  const log = options.log ?? openLog('info');
  const shop = options.shop === undefined ? undefined : shopRouter(options.shop);
  const home = openHome(options.home);
  home.keys.access(options.site);
  const { store, artifacts, pepper } = home;
  const now = Date.now;
  const commits = groupCommit(store.transaction);
  const meters = openMeters(store, now);
  const candidates = options.candidates
    ? candidatesRouter({ store, artifacts, meters, kernel: loadKernel() })
    : undefined;
  let leaving = false;

  const app = createApp({
    ...{ store, artifacts, pepper, commits, meters, log, now },
    mode: options.mode,
    origins: options.origins,
    limits: { ...LIMITS, ...options.limits },
    proxies: options.proxies ?? 0,
    draining: () => leaving,
    ...(candidates && { candidates }),
    ...(shop && { shop }),
  });
  const schedule = options.training && openSchedule(options.training, { home, log, meters, now });
  const care = startCare({ ...home, now }, log);
  const server = await listen(createServer(LIMITED, app), options).catch(async (error: unknown) => {
    await schedule?.stop();
    await care.stop();
    home.close();
    throw error;
  });

  return {
    url: urlOf(server, options.host),
    home,
    async close() {
      leaving = true;
      await schedule?.stop();
      await care.stop();
      await drain(server);
      commits.flush();
      home.close();
    },
  };
}

/** @throws ScheduleError, with the home closed again */
function openSchedule(
  training: NonNullable<ServeOptions['training']>,
  { home, log, meters, now }: { home: Home; log: Logger; meters: Meters; now: () => number },
): ReturnType<typeof startSchedule> {
  const counted = {
    count: (outcome: string) => meters.trainings.inc({ outcome }),
    took: (seconds: number) => meters.trainingSeconds.set(seconds),
  };
  try {
    return startSchedule({ ...training, log, meters: counted, now });
  } catch (error) {
    home.close();
    throw error;
  }
}

/** A client that sends slowly, or not at all, does not hold a socket for long. */
const LIMITED = {
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 1_000,
  maxHeaderSize: 16 * 1024,
};
const MOST_CONNECTIONS = 10_000;
/** ms that running requests get to finish */
const GRACE = 10_000;

function listen(server: Server, { port, host }: ServeOptions): Promise<Server> {
  server.maxConnections = MOST_CONNECTIONS;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve(server));
  });
}

function urlOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo;
  const named = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return `http://${named.includes(':') ? `[${named}]` : named}:${port}`;
}

/** Lets what runs finish, but begins nothing new on connections that clients keep open. */
function drain(server: Server): Promise<void> {
  const idle = setInterval(() => server.closeIdleConnections(), 20);
  const late = setTimeout(() => server.closeAllConnections(), GRACE);
  return new Promise((resolve, reject) => {
    server.close((error) => {
      clearInterval(idle);
      clearTimeout(late);
      if (error) reject(error);
      else resolve();
    });
    server.closeIdleConnections();
  });
}
