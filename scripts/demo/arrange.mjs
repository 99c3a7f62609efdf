// Arranges the demo shop from what an installation holds: its catalogue, its market, the keys that a page pins.
import { tsImport } from 'tsx/esm/api';
import { assembleShop } from './assemble.mjs';

/** @param {{home: string, site: string, folder: string, mode?: string, refreshEvery?: number}} shop */
export async function arrangeShop({ home, site, folder, mode = 'events', refreshEvery = 15_000 }) {
  const { openHome } = await tsImport('../../server/home.ts', import.meta.url);
  const opened = openHome(home);
  try {
    const [market] = opened.store.sites.markets(site);
    if (market === undefined)
      throw new Error(`site ${site} of ${home} has no market: import something first`);
    return assembleShop({
      folder,
      market,
      items: opened.store.catalogue.all(site),
      tacit: {
        site,
        url: '/',
        keys: opened.keys.publicKeys,
        mode,
        writeKey: opened.keys.access(site).write,
        refreshEvery,
      },
    });
  } finally {
    opened.close();
  }
}
