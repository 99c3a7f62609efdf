import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { describe, expect, it } from 'vitest';
import { root } from '../../scripts/ready.mjs';

const sdk = join(root, 'dist/sdk');
const manifest = JSON.parse(readFileSync(join(sdk, 'package.json'), 'utf8'));
const scripts = readdirSync(sdk).filter((name) => name.endsWith('.js'));

/** An import of a package, at the start of a statement or called. */
const BARE =
  /(?:^|[;}\n])\s*(?:import|export)\s*(?:[\w*{}\s,$]+?\bfrom\s*)?['"][^./'"][^'"]*['"]|\bimport\(\s*['"][^./'"]/g;

describe('the SDK as it is published', () => {
  it('is a package as publishers expect it', async () => {
    const { messages } = await publint({ pkgDir: sdk, strict: true });
    expect(messages.map((message) => formatMessage(message, manifest))).toEqual([]);
  });

  it('brings no dependency into a storefront', () => {
    expect([manifest.dependencies, manifest.peerDependencies]).toEqual([undefined, undefined]);
    for (const name of scripts) {
      const bare = readFileSync(join(sdk, name), 'utf8').match(BARE);
      expect([name, bare]).toEqual([name, null]);
    }
  });

  it('is safe to import where there is no window', async () => {
    const { createTacit } = await import(join(sdk, 'tacit.js'));
    const troubles: string[] = [];
    const tacit = createTacit({
      site: 'shop',
      url: 'https://tacit.invalid',
      keys: [],
      onTrouble: ({ code }: { code: string }) => troubles.push(code),
    });
    tacit.track({ name: 'view_item', items: [{ item_id: 'a' }] });
    const slate = await tacit.recommend({ placement: 'for-you' });
    expect([slate.status, slate.items.length]).toEqual(['empty', 0]);
    await tacit.close();
  });
});
