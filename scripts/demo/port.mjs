import { createServer } from 'node:net';

const USUAL = 8080;

const isFree = (port) =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });

/**
 * The port to serve on, found before a minute goes into what it will serve.
 * @param asked undefined: the usual one, or any where that is taken
 * @returns undefined where the one that was asked for is taken
 */
export async function portFor(asked) {
  if (await isFree(asked ?? USUAL)) return asked ?? USUAL;
  return asked === undefined ? 0 : undefined;
}
