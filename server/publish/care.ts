import type { Logger } from '../monitoring/log.ts';
import { type PublishContext, renew } from './publish.ts';

const HOUR = 3600 * 1000;
/** What browsers told is kept this long. */
const RETENTION = 30 * 24 * HOUR;

/** What a serving process looks after: manifests are signed anew before they run out, and raw events are let go. */
export function startCare(context: PublishContext, log: Logger): { stop(): Promise<void> } {
  const once = async () => {
    for (const site of context.store.sites.list()) {
      try {
        const renewed = await renew(context, { site });
        if (renewed) log.info({ site, version: renewed.version }, 'manifest renewed');
        const expired = context.store.events.expire(site, context.now() - RETENTION);
        if (expired > 0) log.info({ site, events: expired }, 'events past their retention deleted');
      } catch (error) {
        log.error({ err: error, site }, 'care failed; tried again in an hour');
      }
    }
  };
  let running = once();
  const timer = setInterval(() => {
    running = running.then(once);
  }, HOUR);
  timer.unref();
  return {
    stop() {
      clearInterval(timer);
      return running;
    },
  };
}
