import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { homes } from '../../cli/host.case.ts';
import { codeDigest } from './code.ts';
import { optionsDigest } from './options.ts';

const folder = homes();

it('is another as soon as a line of a built script is, and the same while none is', () => {
  mkdirSync(join(folder('built'), 'parts'), { recursive: true });
  const write = (text: string) => writeFileSync(join(folder('built'), 'parts', 'train.js'), text);
  const digest = () => codeDigest(pathToFileURL(join(folder('built'), 'tacit.js')).href);
  write('fit(1)');
  const before = digest();
  expect(digest()).toBe(before);
  write('fit(2)');
  expect(digest()).not.toBe(before);
});

it('tells options, champions and given vectors apart', () => {
  const plain = { seed: 1 };
  const champion = { run: 'run-1', until: 5, files: new Map() };
  const vectors = (value: number) => ({
    vectors: { byId: new Map([['a', Float32Array.of(value)]]), dims: 1, file: 'v.npy' },
    reduction: 'pca' as const,
  });
  const digests = [
    { plain, vectors: undefined, champion: undefined },
    { plain: { seed: 2 }, vectors: undefined, champion: undefined },
    { plain, vectors: undefined, champion },
    { plain, vectors: undefined, champion: { ...champion, until: 6 } },
    { plain, vectors: vectors(1), champion: undefined },
    { plain, vectors: vectors(2), champion: undefined },
  ].map(optionsDigest);
  expect(new Set(digests).size).toBe(digests.length);
  expect(optionsDigest({ plain: { seed: 1 }, vectors: undefined, champion: undefined })).toBe(digests[0]);
});
