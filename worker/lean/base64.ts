import type * as base64 from '../../shared/protocol/base64.ts';

/** By the browser's own reader. That one is lenient, so its word is held against what it would have written itself. */
export const decodeBase64: typeof base64.decodeBase64 = (text) => {
  try {
    const bytes = atob(text);
    return btoa(bytes) === text ? Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)) : undefined;
  } catch {
    return undefined;
  }
};
