import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundlePage } from '../../bench/device/browser/bundle.ts';
import type { TacitOptions } from '../../client/contract.ts';
import { GOLDEN_DIGEST } from '../../shared/engine/golden.case.ts';
import { kernelDigest } from '../../shared/kernel/digest.case.ts';
import { loadKernel } from '../../shared/kernel/load.ts';
import { defaults, type ServedShop, serveShop } from '../device/shop.case.ts';
import { openChromium } from './chromium.ts';
import { openFirefox } from './firefox.ts';
import type { BrowserEngine, Tab } from './tab.ts';
import { until } from './tab.ts';
import { openWebKit } from './webkit.ts';

/** What a worker of the browser said: of one build of the kernel, or of the one that it would choose. */
interface Proof {
  readonly build?: string;
  readonly kernel?: string;
  readonly golden?: string;
  readonly refused?: string;
  readonly chosen?: string;
}

interface Answer {
  readonly status: string;
  readonly items: readonly string[];
}

const YES = { storage: true, measurement: true };
/** What each engine is known to lack, by its own word in the version that runs here. */
const LACKS: Readonly<Record<BrowserEngine['name'], readonly string[]>> = {
  Chromium: [],
  Firefox: [],
  WebKitGTK: ['relaxed'],
};

const found = (await Promise.all([openChromium(), openFirefox(), openWebKit()])).filter(
  (engine) => engine !== undefined,
);

let shop: ServedShop;
beforeAll(async () => {
  shop = await serveShop();
  await shop.publish(1);
  await buildProof(shop.folder);
});
afterAll(async () => {
  for (const engine of found) await engine.close();
  await shop?.stop();
});

async function buildProof(folder: string): Promise<void> {
  await bundlePage('tests/engines/proof.ts', folder);
  const script = `window.proofs = [];
    const worker = new Worker('/proof.js', { type: 'module' });
    worker.onmessage = ({ data }) => window.proofs.push(data);
    worker.onerror = (event) => window.proofs.push({ refused: event.message, chosen: 'none' });`;
  writePage(folder, 'proof', script);
  // The worker of a browser whose storage is switched off as a whole: gone before anything could look for it.
  const bare = `delete globalThis.indexedDB; Object.defineProperty(globalThis, 'indexedDB', { value: undefined });
    Object.defineProperty(navigator, 'storage', { value: undefined });
    ${readFileSync(join(folder, 'tacit-worker.js'), 'utf8')}`;
  writeFileSync(join(folder, 'bare-worker.js'), bare);
}

function writePage(folder: string, name: string, script: string): void {
  writeFileSync(join(folder, `${name}-page.js`), script);
  const tag = `<script type="module" src="/${name}-page.js"></script>`;
  writeFileSync(
    join(folder, `${name}.html`),
    `<!doctype html><meta charset="utf-8"><title>${name}</title>${tag}`,
  );
}

/** A page of the shop whose options, and what its browser shall lack, are its own. */
async function visit(tab: Tab, name: string, own: Partial<TacitOptions>, before = ''): Promise<void> {
  const options = { ...defaults(shop.server), ...own };
  const script = `${before}
    import('/tacit.js').then((sdk) => {
      window.troubles = [];
      window.tacit = sdk.createTacit({ ...${JSON.stringify(options)}, onTrouble: (one) => window.troubles.push(one.code) });
    });`;
  writePage(shop.folder, name, script);
  await tab.goto(`${shop.server.url}/${name}.html`);
  await until(() => tab.evaluate<boolean>('return window.tacit !== undefined'), Boolean);
}

const view = (tab: Tab, ...items: string[]): Promise<void> =>
  tab.evaluate(`for (const id of ${JSON.stringify(items)})
    window.tacit.track({ name: 'view_item', items: [{ item_id: id }] });`);

const forYou = (tab: Tab): Promise<Answer> =>
  tab.evaluate(`const { status, items } = await window.tacit.recommend({ placement: 'for-you', limit: 4 });
    return { status, items: items.map(({ item }) => item) };`);

const personal = (tab: Tab): Promise<Answer> =>
  until(
    () => forYou(tab),
    ({ status }) => status === 'personal',
  );

const storageOf = (tab: Tab): Promise<string> => tab.evaluate('return (await window.tacit.status()).storage');

/**
 * Until profile and release lie in storage. WebKitGTK keeps a transaction open whose worker a navigation ends, and shuts
 * every later page of the site out of its database. A database that is held shut is tested in Chromium.
 */
const written = (tab: Tab): Promise<number> =>
  until(
    () =>
      tab.evaluate<number>(`const { profile } = await window.tacit.exportProfile();
        const { stored } = await window.tacit.status();
        return stored.bytes > 10000 ? profile.interactions.length : 0;`),
    (interactions) => interactions > 0,
  );

for (const engine of found) {
  describe(`in ${engine.name}`, () => {
    let tab: Tab;
    beforeAll(async () => {
      tab = await engine.open();
    });
    afterAll(() => tab?.close());

    test('every build that it runs gives the slates that Node gives', async () => {
      await tab.goto(`${shop.server.url}/proof.html`);
      const proofs = await until(
        () => tab.evaluate<Proof[]>('return window.proofs'),
        (said) => said.some(({ chosen }) => chosen !== undefined),
        120_000,
      );
      const builds = proofs.filter(({ build: name }) => name !== undefined);
      const refused = builds.filter((proof) => proof.refused !== undefined).map((proof) => proof.build);
      expect(refused).toEqual(LACKS[engine.name]);
      const answered = builds.filter((proof) => proof.refused === undefined);
      expect(new Set(answered.map(({ kernel }) => kernel))).toEqual(new Set([kernelDigest(loadKernel())]));
      expect(new Set(answered.map(({ golden }) => golden))).toEqual(new Set([GOLDEN_DIGEST]));
      expect(proofs.at(-1)?.chosen).toBe(LACKS[engine.name].includes('relaxed') ? 'simd' : 'relaxed');
    });

    test('views change the shelf, and what is known outlives the page in the storage that it has', async () => {
      await visit(tab, 'kept', { consent: YES });
      await view(tab, 'lamps-01', 'lamps-02', 'lamps-03');
      const first = await personal(tab);
      expect(first.items[0]).toMatch(/^lamps-/);
      const kind = await storageOf(tab);
      expect(kind).not.toBe('memory');
      await written(tab);
      await visit(tab, 'next', { consent: YES });
      expect((await personal(tab)).items[0]).toMatch(/^lamps-/);
      expect(await storageOf(tab)).toBe(kind);
    });

    test('where no storage can be had, memory serves as long as the page lives', async () => {
      await visit(tab, 'bare', { consent: YES, workerUrl: '/bare-worker.js' });
      await view(tab, 'rugs-01', 'rugs-02');
      expect((await personal(tab)).items[0]).toMatch(/^rugs-/);
      expect(await storageOf(tab)).toBe('memory');
    });
  });
}

test('at least one engine was found', () => {
  expect(found.map(({ name }) => name)).not.toEqual([]);
});
