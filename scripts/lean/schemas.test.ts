import { parseAst } from 'vite';
import { expect, test } from 'vitest';
import { withoutProseOfSchemas } from './schemas.ts';

const lean = (code: string): string => withoutProseOfSchemas(code, parseAst(code));

test('a schema keeps what it demands, not its own words for it', () => {
  expect(
    lean(`const A = v.pipe(v.string(), v.maxLength(most, \`at most \${most}\`), v.regex(/a/, 'an a'));`),
  ).toBe('const A = v.pipe(v.string(), v.maxLength(most), v.regex(/a/));');
});

test('brands go, wherever they stand in a pipe', () => {
  expect(lean("const A = v.pipe(v.string(), v.brand('A'), v.minLength(1));")).toBe(
    'const A = v.pipe(v.string(), v.minLength(1));',
  );
});

test('nothing else is touched', () => {
  const code = "const A = v.optional(v.picklist(['a', 'b']), 'a'), b = text.replace(/a/, 'b');";
  expect(lean(code)).toBe(code);
});
