import { createApp } from '../app.ts';
import { openHome } from '../home.ts';
import { serve } from '../main.ts';
import { openLog } from '../monitoring/log.ts';
import { openMeters } from '../monitoring/meters.ts';
import type { Store } from '../store/contract.ts';
import { groupCommit } from './group-commit.ts';

/**
 * A server as a process of its own, to be killed: `process.case.ts HOME [careless]`. It prints its address.
 * `careless` acknowledges first and writes a little later: the fault that the kill test must see.
 */
const [home = '', careless] = process.argv.slice(2);
const SITE = 'shop' as never;
const LIMITS = { ingest: 1e9, candidates: 1e9, downloads: 1e9 };

if (careless === 'careless') await serveCarelessly();
else {
  const log = openLog('silent');
  const options = { home, site: SITE, port: 0, host: '127.0.0.1', mode: 'events', origins: [] } as const;
  const { url } = await serve({ ...options, log, limits: LIMITS });
  process.stdout.write(`${url}\n`);
}

async function serveCarelessly(): Promise<void> {
  const { store, artifacts, pepper, keys } = openHome(home);
  keys.access(SITE);
  const events: Store['events'] = {
    ...store.events,
    accept(...batch) {
      setTimeout(() => store.events.accept(...batch), 100);
      return { accepted: batch[2].map((event) => event.event_id), duplicates: [], refused: [], differing: 0 };
    },
  };
  const late = { ...store, events };
  const app = createApp({
    ...{ store: late, artifacts, pepper, limits: LIMITS, mode: 'events', origins: [], proxies: 0 },
    commits: groupCommit(store.transaction),
    meters: openMeters(store, Date.now),
    log: openLog('silent'),
    now: Date.now,
    draining: () => false,
  });
  const server = app.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (address !== null && typeof address === 'object')
      process.stdout.write(`http://127.0.0.1:${address.port}\n`);
  });
}
