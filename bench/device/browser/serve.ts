import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

/** Files on loopback. Nothing but the benchmark's own pages comes from here. */
export interface StaticServer {
  readonly url: string;
  close(): Promise<void>;
}

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.wasm': 'application/wasm',
};

/** Isolated from other origins: only then does Chromium give a page a clock of 5 microseconds (else 100). */
const ISOLATED = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
};

/** @param folders by first part of the path: `/pages/x.js` is `x.js` in `folders.pages`; `/` is an empty page */
export async function serveFolders(folders: Readonly<Record<string, string>>): Promise<StaticServer> {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://local').pathname);
    const send = async (): Promise<void> => {
      if (path === '/') {
        response.writeHead(200, { ...ISOLATED, 'Content-Type': TYPES['.html'] });
        response.end('<!doctype html><meta charset="utf-8"><title>benchmark</title>');
        return;
      }
      const [, first = '', ...rest] = normalize(path).split('/');
      const folder = folders[first];
      const file = folder === undefined ? '' : join(folder, ...rest);
      const found = await stat(file).catch(() => undefined);
      if (!found?.isFile()) {
        response.writeHead(404, ISOLATED).end();
        return;
      }
      const type = TYPES[extname(file)] ?? 'application/octet-stream';
      response.writeHead(200, { ...ISOLATED, 'Content-Type': type, 'Content-Length': found.size });
      createReadStream(file).pipe(response);
    };
    void send().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => closed(server),
  };
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
