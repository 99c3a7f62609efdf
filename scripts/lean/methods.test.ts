import { parseAst } from 'vite';
import { expect, test } from 'vitest';
import { withoutMethods } from './methods.ts';

test('named methods go, and nothing else of that name', () => {
  const code =
    'const t = { scan: () => 1, remove: (row) => f(row), update() { g(); }, append: 3 }; t.remove(1);';
  expect(withoutMethods(code, parseAst(code), ['remove', 'update', 'append'])).toBe(
    'const t = { scan: () => 1,   append: 3 }; t.remove(1);',
  );
});
