// Puts a shop together: the built pages, the SDK beside them, the shop's own product data, its keys in every page.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../ready.mjs';
import { catalogueFiles } from './catalogue-files.mjs';

const MARK = '<script type="application/json" id="shop-config">{}</script>';

/** JSON inside HTML: no `<` may end the script early. */
const inHtml = (value) => JSON.stringify(value).replaceAll('<', '\\u003c');

function pasteConfig(folder, config) {
  const pages = readdirSync(folder).filter((name) => name.endsWith('.html'));
  for (const name of pages) {
    const html = readFileSync(join(folder, name), 'utf8');
    if (!html.includes(MARK)) throw new Error(`${name}: expected ${MARK}, found none`);
    writeFileSync(
      join(folder, name),
      html.replace(MARK, () => MARK.replace('{}', inHtml(config))),
    );
  }
}

/**
 * @param {object} shop
 * @param {string} shop.folder where to put it; emptied first
 * @param {Iterable<object>} shop.items the catalogue
 * @param {{id: string, currency: string}} shop.market whose prices it shows
 * @param {object} shop.tacit site, url, keys, mode, writeKey, refreshEvery: what the SDK is started with
 * @returns {{total: number, categories: readonly object[]}}
 */
export function assembleShop({ folder, items, market, tacit }) {
  rmSync(folder, { recursive: true, force: true });
  cpSync(join(root, 'dist/demo'), folder, { recursive: true });
  cpSync(join(root, 'dist/sdk'), join(folder, 'tacit'), { recursive: true });
  const { files, ...catalogue } = catalogueFiles(items, market.id);
  for (const [path, content] of files) {
    const file = join(folder, 'shop', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(content));
  }
  pasteConfig(folder, {
    name: 'Harbour Lane',
    currency: market.currency,
    tacit: { ...tacit, market: market.id },
    ...catalogue,
  });
  return catalogue;
}
