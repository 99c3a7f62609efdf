import { describe, expect } from 'vitest';
import type { Publisher, SITE } from './publisher.case.ts';
import { test } from './releases.case.ts';

describe('releases', () => {
  test('the first look brings a release, whole', async ({ publisher, device }) => {
    await publisher.publish(1);
    const releases = await device.started();
    expect(releases.current()?.manifest.release).toBe('edition-1-1');
    expect(releases.current()?.engine.shard.items).toBe(120);
    expect(releases.current()?.cards?.card('lamps-01')?.title).toBe('lamps-01 of edition 1');
    expect(device.troubles).toEqual([]);
    releases.close();
  });

  test('a new one is swapped in while the page is open; what did not change is not fetched again', async ({
    publisher,
    device,
  }) => {
    await publisher.publish(1);
    const releases = await device.started();
    expect(await releases.refresh()).toBe(false);
    await publisher.publish(2);
    publisher.asked.length = 0;
    expect(await releases.refresh()).toBe(true);
    expect(device.announced).toEqual(['edition-1-1 whole', 'edition-2-2 whole']);
    expect(releases.current()?.cards?.card('lamps-01')?.title).toBe('lamps-01 of edition 2');
    // The manifest, and of five parts those two that differ between the editions: shard and cards.
    expect(publisher.asked).toHaveLength(3);
    releases.close();
  });

  test('a rollback is a higher version that points at older files', async ({ publisher, device }) => {
    await publisher.publish(1);
    await publisher.publish(2);
    const releases = await device.started();
    await publisher.publish(1);
    expect(await releases.refresh()).toBe(true);
    expect(releases.current()?.manifest).toMatchObject({ version: 3, release: 'edition-1-3' });
    releases.close();
  });

  test.for<[string, string, (publisher: Publisher) => unknown]>([
    ['a page in place of the manifest', 'bad-envelope', (p) => p.serveEnvelope(() => '<!doctype html>')],
    [
      'a manifest changed after it was signed',
      'bad-signature',
      (p) => p.serveEnvelope((one) => ({ ...one, manifest: flipped(one.manifest) })),
    ],
    [
      'a key that is not pinned',
      'unknown-key',
      (p) =>
        p.serveEnvelope((one) => ({
          ...one,
          signatures: one.signatures.map((s) => ({ ...s, key: btoa('k'.repeat(32)) })),
        })),
    ],
    ['a manifest that has expired', 'expired', (p) => p.publish(2, { expiresAt: 1 })],
    ['a lower version', 'lower-version', (p) => p.publish(2, { version: 4 })],
    ['another site’s release', 'wrong-site', (p) => p.publish(2, { site: 'other' as typeof SITE })],
    [
      'a flipped bit',
      'part-hash',
      (p) => p.breakPart('shard', (bytes) => bytes.map((byte, i) => (i === 900 ? byte ^ 4 : byte))),
    ],
    ['a shard cut at a tenth', 'part-size', (p) => p.breakPart('shard', (b) => b.slice(0, b.length / 10))],
    ['a shard cut at the last byte', 'part-size', (p) => p.breakPart('shard', (b) => b.slice(0, -1))],
    ['a line cut in the middle of a part', 'part-unreachable', (p) => p.breakPart('cards', () => null)],
    ['an answer that its release does not give', 'golden-slate', (p) => wrongGolden(p)],
    ['parts of which one is missing', 'missing-part', (p) => withoutWeights(p)],
  ])('%s is refused (%s), and the release before serves', async ([, code, spoil], { publisher, device }) => {
    await publisher.publish(1, { version: 5 });
    const releases = await device.started();
    const before = await device.kept();
    await publisher.publish(2, { version: 6 });
    await spoil(publisher);
    expect(await releases.refresh()).toBe(false);
    expect(device.troubles).toEqual([code]);
    expect(releases.current()?.manifest.release).toBe('edition-1-5');
    expect(await device.kept()).toEqual(before);
    expect(device.announced).toEqual(['edition-1-5 whole']);
    releases.close();
  });

  test('a release that cannot serve is not opened again at every look; the next one is', async ({
    publisher,
    device,
  }) => {
    await publisher.publish(1);
    const releases = await device.started();
    await wrongGolden(publisher);
    await releases.refresh();
    publisher.asked.length = 0;
    await releases.refresh();
    expect(publisher.asked).toEqual(['/v1/manifest']);
    expect(device.troubles).toEqual(['golden-slate']);
    await publisher.publish(2);
    expect(await releases.refresh()).toBe(true);
    releases.close();
  });

  test('a look that was under way when the page closed changes nothing', async ({ publisher, device }) => {
    await publisher.publish(1);
    const releases = await device.started();
    await publisher.publish(2);
    const looking = releases.refresh();
    releases.close();
    expect(await looking).toBe(false);
    expect(releases.current()).toBeUndefined();
    expect(device.announced).toEqual(['edition-1-1 whole']);
    expect(device.troubles).toEqual([]);
  });
});

/** One character in the middle is another one: still base64, still as long. */
const flipped = (text: string): string => {
  const middle = text.length >> 1;
  return text.slice(0, middle) + (text[middle] === 'A' ? 'B' : 'A') + text.slice(middle + 1);
};

/** Another edition's parts under this one's expectations. */
async function wrongGolden(publisher: Publisher): Promise<void> {
  const { golden } = await publisher.publish(1);
  const expected = [...golden.expected].reverse();
  await publisher.publish(2, { golden: { ...golden, expected } });
}

async function withoutWeights(publisher: Publisher): Promise<void> {
  const { parts } = await publisher.publish(2);
  await publisher.publish(2, { parts: parts.filter(({ role }) => role !== 'weights') });
}
