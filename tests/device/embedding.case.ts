import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrowserContext } from 'playwright';

export interface Answer {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** Answers what a page and its workers ask with something else made of the real answer. */
export async function rewrite(
  context: BrowserContext,
  urls: string,
  change: (answer: Answer) => Partial<Answer>,
): Promise<void> {
  await context.route(urls, async (route) => {
    const response = await route.fetch();
    // They are of the bytes as they came, and a browser would cut a longer body by them.
    const { 'content-length': _, 'content-encoding': __, ...headers } = response.headers();
    const path = new URL(route.request().url()).pathname;
    const changed = change({ path, headers, body: (await response.body()).toString('latin1') });
    const body = changed.body === undefined ? undefined : Buffer.from(changed.body, 'latin1');
    await route.fulfill({ response, headers: changed.headers ?? headers, ...(body && { body }) });
  });
}

/** Takes something away from the device's worker before any script of ours runs in it. */
export const workerWithout = (context: BrowserContext, code: string): Promise<void> =>
  rewrite(context, '**/tacit-worker.js', ({ body }) => ({ body: `${code};\n${body}` }));

/** What consoles call an error or a warning, and whatever nobody caught, on every page to come; the shop has no icon. */
export function complaintsOf(context: BrowserContext): string[] {
  const complaints: string[] = [];
  context.on('console', (message) => {
    const asked = message.location().url.endsWith('/favicon.ico');
    if (['error', 'warning'].includes(message.type()) && !asked) complaints.push(message.text());
  });
  context.on('weberror', (error) => complaints.push(String(error.error())));
  return complaints;
}

/** Names of the scripts that were asked for, sorted, each once; parts without the hash of their content. */
export function filesLoaded(context: BrowserContext): () => string[] {
  const files = new Set<string>();
  context.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.endsWith('.js')) files.add(pathname.slice(1).replace(/-[\w-]{8}\.js$/, '.js'));
  });
  return () => [...files].sort();
}

/** Files of another origin that allows everybody to read them. */
export interface Files {
  readonly url: string;
  close(): Promise<void>;
}

export async function openFiles(
  read: (path: string) => Promise<Buffer>,
  headers: Record<string, string> = {},
): Promise<Files> {
  const server: Server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://files').pathname;
    read(path).then(
      (body) => {
        const type = path.endsWith('.js') ? 'text/javascript' : 'text/html';
        response.writeHead(200, { 'content-type': type, 'access-control-allow-origin': '*', ...headers });
        response.end(body);
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
