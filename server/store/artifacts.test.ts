import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import type { Sha256 } from '../../shared/protocol/ids.ts';
import { openArtifacts } from './artifacts.ts';

const folder = mkdtempSync(join(tmpdir(), 'tacit-artifacts-'));
afterAll(() => rmSync(folder, { recursive: true }));
const artifacts = openArtifacts(folder);

describe('artefacts', () => {
  it('are found by the hash of their bytes, and stored once', async () => {
    const bytes = new TextEncoder().encode('a shard');
    const sha256 = await artifacts.put(bytes);
    expect(sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(await artifacts.put(bytes)).toBe(sha256);
    expect(Buffer.from(await artifacts.read(sha256))).toEqual(Buffer.from(bytes));
    expect(await artifacts.has(sha256)).toBe(true);
    expect(readdirSync(join(folder, sha256.slice(0, 2)))).toEqual([sha256]);
  });

  it('are refused when missing or damaged, and healed by the same bytes', async () => {
    const missing = 'f'.repeat(64) as Sha256;
    await expect(artifacts.read(missing)).rejects.toMatchObject({ code: 'missing' });
    expect(await artifacts.has(missing)).toBe(false);
    const bytes = new Uint8Array(5000).fill(7);
    const sha256 = await artifacts.put(bytes);
    truncateSync((await artifacts.file(sha256))!.path, 2500);
    await expect(artifacts.read(sha256)).rejects.toMatchObject({ code: 'damaged' });
    await artifacts.put(bytes);
    expect((await artifacts.read(sha256)).length).toBe(5000);
  });

  it('have compressed twins where these are smaller', async () => {
    const soft = await artifacts.put(new Uint8Array(20_000).fill(1));
    await artifacts.precompress(soft);
    const br = await readFile((await artifacts.file(soft, 'br'))!.path);
    const gz = await readFile((await artifacts.file(soft, 'gzip'))!.path);
    expect(brotliDecompressSync(br)).toEqual(gunzipSync(gz));
    const noise = Uint8Array.from(createHash('sha512').update('noise').digest());
    const hard = await artifacts.put(noise);
    await artifacts.precompress(hard);
    expect(await artifacts.file(hard, 'br')).toBeUndefined();
  });

  it('written by many at once are whole', async () => {
    const bytes = new Uint8Array(100_000).fill(9);
    const hashes = await Promise.all(Array.from({ length: 8 }, () => artifacts.put(bytes)));
    expect(new Set(hashes).size).toBe(1);
    expect((await artifacts.read(hashes[0]!)).length).toBe(100_000);
    expect(readdirSync(join(folder, hashes[0]!.slice(0, 2)))).toEqual([hashes[0]]);
  });
});
