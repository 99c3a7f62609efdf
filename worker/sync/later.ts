import type { Sender, SenderOptions } from './sender.ts';

/** A sender whose code is loaded by the first who may send: most shops' devices never do. */
export function senderLater(options: SenderOptions): Sender {
  let stopped = false;
  let sender: Sender | undefined;
  const coming = import('./sender.ts').then(({ createSender }) => {
    if (!stopped) sender = createSender(options);
  });
  /** Where it does not come, events wait in the outbox for the next page. */
  coming.catch((error: unknown) => options.trouble('sync-later', `the sender does not load: ${error}`));
  const loaded = coming.catch(() => undefined);
  return {
    kick: () => void loaded.then(() => sender?.kick()),
    flush: () => loaded.then(() => sender?.flush()),
    stop() {
      stopped = true;
      sender?.stop();
    },
  };
}
