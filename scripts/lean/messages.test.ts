// biome-ignore-all lint/suspicious/noTemplateCurlyInString: modules as texts
import { parseAst } from 'vite';
import { expect, test } from 'vitest';
import { withoutWords } from './messages.ts';

const lean = (code: string): string => withoutWords(code, parseAst(code));

test.each([
  ['`Section "${name}": found ${a}, expected ${b}.`', '`${name}:${a}/${b}`'],
  ['`Found ${a} bytes, expected a head of ${b}.`', '`${a}/${b}`'],
  ['`Found ${a}, expected one in use.`', '`${a}/`'],
  ['`expected ${a}, found ${b ?? `none`}`', '`/${a}:${b ?? `none`}`'],
  ['`${what}: found ${a}, expected ${b} x ${c}`', '`${what}:${a}/${b} x ${c}`'],
])('%s keeps what was found and expected', (before, after) => {
  expect(lean(`const m = ${before};`)).toBe(`const m = ${after};`);
});

test('other texts stay as they are', () => {
  const code = 'const a = `tacit:${site}:trial`, b = `col.${name}`, c = `nothing expected`, d = [`x, ${y}`];';
  expect(lean(code)).toBe(code);
});

test('an error that is told in parts keeps their values', () => {
  const code =
    "f({ what: `shape of ${a}`, found: 'a b', expected: 'finite numbers' }, { what: 'this stays' });";
  expect(lean(code)).toBe("f({ what: `${a}`, found: 'a b', expected: `` }, { what: 'this stays' });");
});

test('an error with a code keeps the code', () => {
  const code =
    "new SomeError('a-code', 'some words', { cause }); new Map('a', 'b c'); new TypeError('some words');";
  expect(lean(code)).toBe(
    "new SomeError('a-code', ``, { cause }); new Map('a', 'b c'); new TypeError('some words');",
  );
});
