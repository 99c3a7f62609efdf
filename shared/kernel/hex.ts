/** Bytes from pairs of hexadecimal digits: longer than base64, but half as long once a server has compressed it. */
export function fromHex(text: string): Uint8Array<ArrayBuffer> {
  if (text.length % 2 !== 0 || /[^0-9a-f]/i.test(text))
    throw new RangeError(`Found ${text.length} characters, expected pairs of hexadecimal digits.`);
  const bytes = new Uint8Array(text.length / 2);
  for (let at = 0; at < bytes.length; at++) bytes[at] = Number.parseInt(text.slice(2 * at, 2 * at + 2), 16);
  return bytes;
}
