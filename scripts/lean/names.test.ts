import { fileURLToPath } from 'node:url';
import { parseAst } from 'vite';
import { describe, expect, test } from 'vitest';
import { namesFor, withShortNames } from './names.ts';

const names = namesFor(fileURLToPath(new URL('../..', import.meta.url)));

describe('shorter names of properties', () => {
  test('are each of one property, and of no other property', () => {
    const short = [...names.values()];
    expect(new Set(short).size).toBe(names.size);
    expect(names.size).toBeGreaterThan(100);
    expect(short.filter((name) => names.has(name))).toEqual([]);
  });

  test.each([
    ['the page reads', ['recId', 'entries', 'troubles', 'slate', 'timings', 'exportProfile', 'code']],
    ['the disk keeps', ['profile', 'session', 'quarantine', 'current', 'previous', 'ratchet', 'begun']],
    [
      'the server or a bundle says',
      ['sha256', 'release', 'proposals', 'dims', 'codec', 'tensors', 'prefixes'],
    ],
    ['the kernel or a package exports', ['scan', 'rescore', 'memory', 'verifyAsync']],
    ['browsers have', ['length', 'saveData', 'effectiveType', 'validate', 'getRandomValues', 'locks']],
    ['a part exports', ['RELAXED_WASM', 'createSender', 'openDatabase', 'revive']],
    ['a text says', ['category', 'popular', 'lightRanked']],
  ])('are not given to what %s', (_, kept) => {
    expect(kept.filter((name) => names.has(name))).toEqual([]);
  });

  test('stand wherever the property does, and nowhere else', () => {
    const [long, short] = [...names][0] ?? ['', ''];
    const code = (as: string, own: string) =>
      `const { ${own}, a: { ${as}: b } } = f({ ${own}, c: 1 }); x.${as}["${long}"](b.${as}, x[${long}]);`;
    const given = code(long, long);
    expect(withShortNames(given, parseAst(given), names)).toBe(code(short, `${short}:${long}`));
  });
});
