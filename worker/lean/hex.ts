import type * as hex from '../../shared/kernel/hex.ts';

/**
 * The worker's build writes the kernel down a character a byte, 33 higher (`scripts/lean/bytes.ts`), where the source has
 * hexadecimal digits: bytes that keep their borders compress better. This reads them.
 */
export const fromHex: typeof hex.fromHex = (text) => Uint8Array.from(text, (byte) => byte.charCodeAt(0) - 33);
