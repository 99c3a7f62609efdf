import { parseAst } from 'vite';
import { expect, test } from 'vitest';
import { withoutMethods } from './methods.ts';

test('named methods and getters go, of objects and of classes, and nothing else of that name', () => {
  const code =
    'const t = { scan: () => 1, remove: (row) => f(row), get update() { return g(); }, append: 3 }; t.remove(1);';
  expect(withoutMethods(code, parseAst(code), ['remove', 'update'])).toBe(
    'const t = { scan: () => 1,   append: 3 }; t.remove(1);',
  );
  const rows = 'class Rows { #grow() { this.write = 1; } write(at) { this.#grow(); } read() {} }';
  expect(withoutMethods(rows, parseAst(rows), ['write', 'grow'])).toBe('class Rows {   read() {} }');
});

test('of several objects each loses its own', () => {
  const code = 'const a = { run: () => 1, free() {} }; const b = { run: () => 2 };';
  expect(withoutMethods(code, parseAst(code), ['run'])).toBe('const a = {  free() {} }; const b = {  };');
});

test('a name that no method has is said', () => {
  const code = 'const t = { append: 3, remove() {} };';
  expect(() => withoutMethods(code, parseAst(code), ['remove', 'append'])).toThrow('found no method append');
});
