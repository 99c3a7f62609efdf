/** Words that stay small inside a title. */
const SMALL = new Set([
  'a',
  'an',
  'and',
  'as',
  'at',
  'by',
  'for',
  'in',
  'of',
  'on',
  'or',
  'the',
  'to',
  'with',
]);

/** A description without the file's stray spaces and marks: ` WHITE  CHERRY LIGHTS.` is `WHITE CHERRY LIGHTS`. */
export function cleanDescription(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/ ,/g, ',')
    .replace(/^[\s.,;:*!-]+|[\s.,;:*-]+$/g, '')
    .toUpperCase();
}

/** An upper-case description in title case: `SET OF 3 T-LIGHT HOLDERS` is `Set of 3 T-Light Holders`. */
export function titleCase(description: string): string {
  return description
    .toLowerCase()
    .split(' ')
    .map((word, index) => (index > 0 && SMALL.has(word) ? word : capitals(word)))
    .join(' ');
}

/** A capital at the start of a word and after a hyphen, slash, plus or bracket; not after an apostrophe or digit. */
const capitals = (word: string): string =>
  word.replace(/(^|[-/+&("])([a-z])/g, (_, before: string, letter: string) => before + letter.toUpperCase());
