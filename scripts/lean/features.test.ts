import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAst, transformWithOxc } from 'vite';
import { describe, expect, test } from 'vitest';
import { CATEGORICALS, FEATURES } from '../../shared/engine/features.ts';
import { featuresOf, withoutProse } from './features.ts';

const FOLDER = fileURLToPath(new URL('../../shared/engine/features/', import.meta.url));
const lean = (code: string): string => withoutProse(code, parseAst(code));

describe('features as the device gets them', () => {
  test('a family keeps what it makes, a categorical what it computes', () => {
    expect(
      lean(`const A = { features: columns('item', [['a', 'column a']]), make: (scene) => [1] };
const B = [{ name: 'b', origin: 'item', source: 'column b', whole: () => 1 }];`),
    ).toBe('const A = {  make: (scene) => [1] };\nconst B = [{    whole: () => 1 }];');
  });

  test('nothing that is computed with is touched', () => {
    const code = `const source = 'a'; f(source, { kind: 'b', source, name: 'c', features: 2 });`;
    expect(lean(code)).toBe(code);
  });

  test('their number and which are whole is what is left of them', () => {
    expect(featuresOf([{ whole: true }, {}])).toMatch(/^Array\.from\("10"/);
  });

  test('none of the prose of any feature is left', async () => {
    const files = readdirSync(FOLDER).filter((file) => /^[a-z-]+\.ts$/.test(file));
    const texts = files.map(async (file) => {
      const { code } = await transformWithOxc(readFileSync(join(FOLDER, file), 'utf8'), file);
      return lean(code);
    });
    const left = (await Promise.all(texts)).join('\n').replaceAll(/\/\*[\s\S]*?\*\//g, '');
    const prose = [...FEATURES, ...CATEGORICALS]
      .map(({ source }) => source)
      .filter((text) => text.includes(' '));
    expect(prose.length).toBeGreaterThan(100);
    expect(prose.filter((text) => left.includes(text))).toEqual([]);
  });
});
