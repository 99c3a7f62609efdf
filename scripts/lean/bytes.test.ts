// biome-ignore-all lint/suspicious/noTemplateCurlyInString: modules as texts
import { expect, test } from 'vitest';
import { fromHex } from '../../worker/lean/hex.ts';
import { asCharacters } from './bytes.ts';

test('the kernel is read again as it was, whatever its bytes', async () => {
  const bytes = Uint8Array.from({ length: 4096 }, (_, i) => (i < 256 ? i : (i * 97) ^ (i >> 4)));
  const code = `export const TEXT = '${Buffer.from(bytes).toString('hex')}${Buffer.from('${`\\`').toString('hex')}';`;
  const module = `data:text/javascript;charset=utf-8,${encodeURIComponent(asCharacters(code))}`;
  const { TEXT } = (await import(/* @vite-ignore */ module)) as { TEXT: string };
  expect(Buffer.from(fromHex(TEXT)).equals(Buffer.concat([bytes, Buffer.from('${`\\`')]))).toBe(true);
});

test('a kernel in another form is refused', () => {
  expect(() => asCharacters('export const TEXT = 1;')).toThrow('expected hexadecimal digits');
});
