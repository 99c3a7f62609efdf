import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import express, { type Response, Router } from 'express';
import helmet from 'helmet';

/** Build tools put a hash into these names, the SDK's own parts among them: their content never changes. */
const HASHED = /[/\\](?:assets[/\\].*|tacit-[a-z\d.-]+)[-.][\w-]{8}\.\w+$/;

/**
 * A shop's built pages on the server's own port: `x.html` answers to `/x` and to everything below it (`/product/123`),
 * `index.html` to `/`.
 */
export function shopRouter(folder: string): Router {
  const root = resolve(folder);
  if (!existsSync(join(root, 'index.html')))
    throw new Error(`shop: expected index.html in ${root}, found none: build the shop first`);
  const pages = readdirSync(root).filter((name) => name.endsWith('.html'));
  return Router()
    .use(
      helmet({
        contentSecurityPolicy: policy(root, pages),
        strictTransportSecurity: false,
        // It would cut a page off from the payment windows that it opens.
        crossOriginOpenerPolicy: false,
        referrerPolicy: { policy: 'strict-origin-when-cross-origin' },
      }),
    )
    .use(
      express.static(root, { index: 'index.html', redirect: false, cacheControl: false, setHeaders: cache }),
    )
    .get('/:page{/*rest}', (request, response, next) => {
      const page = `${request.params.page}.html`;
      if (!pages.includes(page)) {
        next();
        return;
      }
      cache(response, page);
      response.sendFile(page, { root, cacheControl: false });
    });
}

function cache(response: Response | { setHeader(name: string, value: string): unknown }, path: string): void {
  response.setHeader('Cache-Control', HASHED.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache');
}

/** What a page with Tacit needs, and nothing more: its worker, WebAssembly, and the inline scripts it came with by hash. */
function policy(root: string, pages: readonly string[]) {
  const inline = pages.flatMap((page) => inlineScripts(readFileSync(join(root, page), 'utf8')));
  const hashes = [...new Set(inline)].map(
    (script) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`,
  );
  return {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      scriptSrc: ["'self'", "'wasm-unsafe-eval'", ...hashes],
      workerSrc: ["'self'", 'blob:'],
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'data:', 'blob:', 'https:'],
      objectSrc: ["'none'"],
      baseUri: ["'self'"],
      formAction: ["'self'"],
      frameAncestors: ["'self'"],
    },
  };
}

const SCRIPT = /<script\b([^>]*)>([\s\S]*?)<\/script>/gi;
/** Data blocks are not run, and scripts by URL need no hash. */
const inlineScripts = (html: string): string[] =>
  [...html.matchAll(SCRIPT)]
    .filter(([, attributes = '']) => !/\bsrc\s*=|type\s*=\s*["']?application\/(ld\+)?json/i.test(attributes))
    .map(([, , text = '']) => text);
