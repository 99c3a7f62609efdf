/** The commonest byte, 0, becomes the first character that needs no escape; `worker/lean/hex.ts` takes it off again. */
const FIRST = 33;
const ESCAPED: Readonly<Record<string, string>> = { '\0': '\\0', '\n': '\\n', '\r': '\\r' };

/** A module's string of hexadecimal digits as one of as many characters as bytes, up to U+00FF. */
export function asCharacters(code: string): string {
  const said = /(['"`])((?:[0-9a-f]{2}){64,})\1/;
  const [, , digits] = said.exec(code) ?? [];
  if (digits === undefined) throw new Error('lean: expected hexadecimal digits in the kernel');
  const moved = Buffer.from(digits, 'hex').map((byte) => byte + FIRST);
  const text = Buffer.from(moved).toString('latin1');
  const escaped = text.replaceAll(/[\0\n\r`\\]|\$\{/g, (found) => ESCAPED[found] ?? `\\${found}`);
  return code.replace(said, () => `\`${escaped}\``);
}
