import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAst, transformWithOxc } from 'vite';
import { describe, expect, test } from 'vitest';
import { CATEGORICALS, FEATURES } from '../../shared/engine/features.ts';
import { withoutProse } from './features.ts';

const FOLDER = fileURLToPath(new URL('../../shared/engine/features/', import.meta.url));
const lean = (code: string): string => withoutProse(code, parseAst(code));

describe('features as the device gets them', () => {
  test('a feature loses its name, origin and source, and keeps what it computes', () => {
    expect(lean(`const A = [{ name: 'a', origin: 'item', source: 'column a', whole: () => 1 }];`)).toBe(
      'const A = [{    whole: () => 1 }];',
    );
  });

  test('what helpers are given of it becomes 0', () => {
    const helper = `const made = (name, source, of) => ({ name, origin: 'user', source, whole: of });`;
    expect(lean(`${helper} const A = [made('a', 'profile', () => 1), made(given, \`\${b}\`, f)];`)).toBe(
      'const made = (name, source, of) => ({    whole: of }); const A = [made(0, 0, () => 1), made(given, 0, f)];',
    );
  });

  test('nothing that is computed with is touched', () => {
    const code = `const source = 'a'; for (const source of ALL) f(source, { kind: 'b', source, name: 'c' });`;
    expect(lean(code)).toBe(code);
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
