import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestServer, testServer } from './serving.case.ts';
import { shopRouter } from './shop.ts';

const folder = mkdtempSync(join(tmpdir(), 'tacit-shop-'));
let server: TestServer;
beforeAll(async () => {
  mkdirSync(join(folder, 'assets'));
  const inline = '<script>start()</script><script type="application/json">{"a":1}</script>';
  writeFileSync(join(folder, 'index.html'), `<title>home</title>${inline}`);
  for (const page of ['category', 'product', 'cart'])
    writeFileSync(join(folder, `${page}.html`), `<title>${page}</title><script src="/assets/x.js"></script>`);
  writeFileSync(join(folder, 'assets', 'home-Ab3dEf9h.js'), 'export {}');
  writeFileSync(join(folder, 'assets', 'tacit-service-worker.js'), '');
  for (const part of ['tacit-disk-Cbz9Y5TG.js', 'tacit-relaxed.wasm-Cq8DXWz-.js', 'tacit-worker.js'])
    writeFileSync(join(folder, part), '');
  writeFileSync(join(folder, 'service-worker.js'), '');
  writeFileSync(join(folder, '.secret'), 'secret');
  server = await testServer({ shop: folder });
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});
const page = async (path: string) => {
  const response = await fetch(server.url + path);
  return `${response.status} ${/<title>(\w+)/.exec(await response.text())?.[1] ?? ''}`.trim();
};

describe('a shop on the same port', () => {
  it('has its pages at clean paths', async () => {
    expect(await page('/')).toBe('200 home');
    for (const path of ['/category/bowls', '/category/kitchen/bowls', '/category'])
      expect(await page(path)).toBe('200 category');
    expect(await page('/product/85123A?colour=red')).toBe('200 product');
    expect(await page('/product/a%2Fb')).toBe('200 product');
    expect(await page('/cart')).toBe('200 cart');
    for (const path of ['/nothing', '/assets/gone.js', '/.secret', '/..%2f..%2fetc%2fpasswd', '/%00'])
      expect(await page(path)).toMatch(/^40[034]$/);
  });

  it('caches for ever what has a hash in its name, and asks anew for the rest', async () => {
    const cached = async (path: string) => (await fetch(server.url + path)).headers.get('cache-control');
    for (const path of [
      '/assets/home-Ab3dEf9h.js',
      '/tacit-disk-Cbz9Y5TG.js',
      '/tacit-relaxed.wasm-Cq8DXWz-.js',
    ])
      expect(await cached(path)).toBe('public, max-age=31536000, immutable');
    const changing = ['/service-worker.js', '/tacit-worker.js', '/assets/tacit-service-worker.js'];
    for (const path of ['/', '/cart', '/product/1', ...changing]) expect(await cached(path)).toBe('no-cache');
  });

  it('runs its own scripts, the inline ones by hash, and no others', async () => {
    const policy = (await fetch(server.url)).headers.get('content-security-policy');
    const hash = createHash('sha256').update('start()').digest('base64');
    expect(policy).toContain(`script-src 'self' 'wasm-unsafe-eval' 'sha256-${hash}';`);
    expect(policy).not.toMatch(/script-src[^;]*unsafe-inline/);
    expect((await fetch(server.url)).headers.get('cross-origin-opener-policy')).toBeNull();
  });

  it('leaves the interface alone', async () => {
    expect(await page('/livez')).toBe('200');
    expect((await fetch(`${server.url}/v1/category`)).status).toBe(404);
  });

  it('that was not built is refused with its place', () => {
    expect(() => shopRouter(join(folder, 'assets'))).toThrow('expected index.html in');
  });
});
