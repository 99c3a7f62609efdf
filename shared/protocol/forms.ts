/** What ids look like, apart from the schemas: a page that checks little carries these alone. */

// biome-ignore lint/suspicious/noControlCharactersInRegex: refusing control characters is the point
export const ID_FORM = /^[^\u0000-\u001f\u007f]+$/;
export const SITE_FORM = /^[a-z0-9][a-z0-9-]*$/;
export const MOST_SITE_CHARACTERS = 64;
export const MOST_MARKET_CHARACTERS = 32;
