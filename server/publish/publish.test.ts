import { mkdtempSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SiteId } from '../../shared/protocol/ids.ts';
import { openManifest } from '../../shared/protocol/signature.ts';
import { type Home, openHome } from '../home.ts';
import type { PublishedRelease } from '../store/contract.ts';
import type { TrainedRelease } from '../training/contract.ts';
import {
  manifestOf,
  type PublishContext,
  publish,
  RENEW_BELOW,
  renew,
  rollback,
  VALID_FOR,
} from './publish.ts';
import { readSigningKey, verify } from './signing.ts';
import { ITEMS, trainedRelease } from './trained.case.ts';

const SITE = 'shop' as SiteId;

let folder: string;
let home: Home;
let now: number;
let context: PublishContext;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tacit-publish-'));
  home = openHome(folder);
  home.store.sites.ensure(SITE, []);
  now = 1_790_000_000_000;
  context = { ...home, now: () => now };
});
afterEach(() => {
  home.close();
  rmSync(folder, { recursive: true });
});

async function train(own: Partial<TrainedRelease> & { seed?: number } = {}): Promise<string> {
  const trained = trainedRelease(own);
  const hashes = [];
  for (const part of trained.parts) hashes.push(await home.artifacts.put(part.bytes));
  return home.store.runs.record(SITE, trained, hashes);
}
const open = (release: PublishedRelease, own: { keys?: readonly string[]; lowest?: number } = {}) =>
  openManifest(JSON.parse(release.envelope), {
    keys: own.keys ?? home.keys.publicKeys,
    verify,
    site: SITE,
    now,
    lowest: own.lowest ?? 0,
  });

describe('publishing', () => {
  it('makes a signed manifest of the latest run that a device opens', async () => {
    await train();
    const run = await train();
    const release = await publish(context, { site: SITE });
    expect(home.store.releases.current(SITE)).toEqual(release);
    const manifest = await open(release);
    expect(manifest).toMatchObject({ site: SITE, version: 1, expiresAt: now + VALID_FOR, items: ITEMS });
    expect(manifest.parts.map((part) => part.sha256)).toEqual(
      home.store.runs.get(SITE, run)?.parts.map((part) => part.sha256),
    );
    for (const part of manifest.parts) expect(await home.artifacts.has(part.sha256)).toBe(true);
    expect(await home.artifacts.file(manifest.parts[0]!.sha256, 'br')).toBeDefined();
  });

  it('goes back by a higher version that points at the older files', async () => {
    await train();
    const first = await publish(context, { site: SITE });
    await train({ seed: 2 });
    const second = await publish(context, { site: SITE });
    expect(second.release).not.toBe(first.release);
    const back = await rollback(context, { site: SITE });
    expect(back).toMatchObject({ version: 3, reason: 'rollback', release: first.release, run: first.run });
    expect((await open(back, { lowest: second.version })).parts).toEqual((await open(first)).parts);
    await expect(open(first, { lowest: second.version })).rejects.toMatchObject({ code: 'lower-version' });
    const forth = await rollback(context, { site: SITE, to: second.run });
    expect(forth).toMatchObject({ version: 4, release: second.release });
  });

  it('renews only what runs out, and a renewed release is the same release', async () => {
    expect(await renew(context, { site: SITE })).toBeUndefined();
    await train();
    const first = await publish(context, { site: SITE });
    now += VALID_FOR - RENEW_BELOW - 1;
    expect(await renew(context, { site: SITE })).toBeUndefined();
    now += 2;
    const renewed = await renew(context, { site: SITE });
    expect(renewed).toMatchObject({ version: 2, release: first.release, reason: 'renew' });
    expect(manifestOf(renewed!).expiresAt).toBe(now + VALID_FOR);
  });

  it('refuses what is missing, incomplete or damaged, and leaves the current release alone', async () => {
    const refusal = (work: Promise<unknown>) =>
      work.then(
        () => undefined,
        (error: { code: string; message: string }) => [error.code, error.message].join(': '),
      );
    expect(await refusal(publish(context, { site: SITE }))).toMatch(/^no-run: .*train first/);
    expect(await refusal(rollback(context, { site: SITE }))).toMatch(/^no-release/);
    await train();
    const good = await publish(context, { site: SITE });
    expect(await refusal(publish(context, { site: SITE, run: 'run-9' }))).toBe(
      'no-run: site shop has no run run-9: it has run-1',
    );
    expect(await refusal(rollback(context, { site: SITE }))).toMatch(/no release before/);
    expect(await refusal(rollback(context, { site: SITE, to: 'run-1' }))).toMatch(/^no-release/);

    await train({ parts: trainedRelease().parts.slice(1) });
    expect(await refusal(publish(context, { site: SITE }))).toMatch(/^incomplete: run-2 lacks shard/);

    await train({ seed: 3 });
    const shard = home.store.runs.latest(SITE)!.parts[0]!;
    truncateSync((await home.artifacts.file(shard.sha256))!.path, 500);
    expect(await refusal(publish(context, { site: SITE }))).toMatch(
      /^bad-artifact: shard: .*expected SHA-256/,
    );
    rmSync((await home.artifacts.file(shard.sha256))!.path);
    expect(await refusal(publish(context, { site: SITE }))).toMatch(/^bad-artifact: shard: no artefact/);
    expect(home.store.releases.current(SITE)).toEqual(good);
  });

  it('refuses what no device would activate', async () => {
    const whole = trainedRelease();
    const other = trainedRelease({ seed: 2 });
    const swap = (role: string, bytes: Uint8Array) =>
      whole.parts.map((part) => (part.role === role ? { ...part, bytes } : part));
    const torn = (role: string) =>
      swap(role, whole.parts.find((part) => part.role === role)!.bytes.subarray(0, 300));
    const unspoken = whole.parts.map(({ market: _, ...part }) => part);
    const euro = [{ id: 'de' as never, currency: 'EUR', language: 'de' }];
    const bad: [RegExp, Partial<TrainedRelease>][] = [
      [/embedding space: expected space-1, found space-2/, { parts: swap('shard', other.parts[0]!.bytes) }],
      [/items: expected 61, found 60/, { items: 61 }],
      [/market: expected de/, { markets: euro, parts: unspoken }],
      [/golden slate: expected unlike-it/, { golden: { ...whole.golden, expected: ['unlike-it' as never] } }],
      [/would be refused by every device/, { parts: torn('transitions') }],
      [/would be refused by every device/, { parts: torn('cards') }],
      [/would be refused by every device/, { parts: swap('weights', new Uint8Array(100)) }],
    ];
    for (const [why, own] of bad) {
      await train({ ...whole, ...own });
      await expect(publish(context, { site: SITE })).rejects.toMatchObject({ code: 'incompatible' });
      await expect(publish(context, { site: SITE })).rejects.toThrow(why);
    }
    await train({ markets: euro });
    await expect(publish(context, { site: SITE })).rejects.toThrow('has no cards for de');
    expect(home.store.releases.current(SITE)).toBeUndefined();
  });
});

describe('a home', () => {
  it('keeps its keys, readable by their owner alone', () => {
    const access = home.keys.access(SITE);
    const subject = home.pepper.subject(SITE, 'customer', '17850');
    const again = openHome(folder);
    expect(again.keys.publicKeys).toEqual(home.keys.publicKeys);
    expect(new Set(again.keys.publicKeys).size).toBe(2);
    expect(again.keys.access(SITE)).toEqual(access);
    expect(again.pepper.subject(SITE, 'customer', '17850')).toBe(subject);
    again.close();
    for (const name of readdirSync(join(folder, 'keys')))
      expect(statSync(join(folder, 'keys', name)).mode & 0o077).toBe(0);
    expect(home.store.keys.matches(SITE, 'write', access.write)).toBe(true);
    expect(home.store.keys.matches(SITE, 'admin', access.write)).toBe(false);
  });

  it('makes subjects that differ by site, by kind and by home', () => {
    const other = openHome(mkdtempSync(join(folder, 'other-')));
    const subjects = [
      home.pepper.subject(SITE, 'customer', '1'),
      home.pepper.subject(SITE, 'pseudonym', '1'),
      home.pepper.subject('b' as SiteId, 'customer', '1'),
      other.pepper.subject(SITE, 'customer', '1'),
    ];
    other.close();
    expect(new Set(subjects).size).toBe(4);
  });

  it('lets either of its two keys sign, and refuses a key of another kind', async () => {
    await train();
    const release = await publish(
      { ...context, keys: { ...home.keys, current: home.keys.next } },
      { site: SITE },
    );
    expect((await open(release)).version).toBe(1);
    expect(() => readSigningKey('not a key')).toThrow();
  });
});
