import type { Pictured } from '../shop/config.ts';
import { hash } from '../shop/hash.ts';
import { ALSO, BACKDROPS, NAMED, PALETTES, type Paint } from './colours.ts';
import { glyphOf, subjectOf } from './subject.ts';

const PATTERNS = ['plain', 'dots', 'stripes', 'plain', 'checks', 'sprigs'] as const;

/** Words of titles that name a pattern. */
const PATTERN_WORDS: readonly (readonly [RegExp, (typeof PATTERNS)[number]])[] = [
  [/\b(retrospot|polka|polkadot|spotty|spots?|dotty|dots?|dotted)\b/i, 'dots'],
  [/\b(stripes?|stripey|striped)\b/i, 'stripes'],
  [/\b(gingham|checks?|checked|tartan|plaid|patchwork)\b/i, 'checks'],
  [/\b(floral|flowers?|paisley|daisy|roses?|botanical|leaf|leaves|cherry|strawberry)\b/i, 'sprigs'],
];
/** What the title says of itself, or what the id happens to give. */
function paletteOf(title: string, seed: number): Omit<Paint, 'fill'> {
  const words = title.toLowerCase().match(/[a-z]+/g) ?? [];
  const said = words.map((word) => NAMED[ALSO[word] ?? word]).find((palette) => palette !== undefined);
  return said ?? pick(PALETTES, seed);
}

const patternOf = (title: string, seed: number): (typeof PATTERNS)[number] =>
  PATTERN_WORDS.find(([words]) => words.test(title))?.[1] ?? pick(PATTERNS, seed);

const pick = <T>(from: readonly T[], seed: number): T => from[seed % from.length] as T;

function pattern(kind: (typeof PATTERNS)[number], { base, light }: Omit<Paint, 'fill'>): string {
  const tile = `<pattern id="p" width="20" height="20" patternUnits="userSpaceOnUse"><rect width="20" height="20" fill="${base}"/>`;
  const marks = {
    plain: '',
    dots: `<circle cx="5" cy="5" r="3" fill="${light}"/><circle cx="15" cy="15" r="3" fill="${light}"/>`,
    stripes: `<rect width="8" height="20" fill="${light}" opacity=".55"/>`,
    checks: `<rect width="10" height="20" fill="${light}" opacity=".3"/><rect width="20" height="10" fill="${light}" opacity=".3"/>`,
    sprigs: `<path d="M10 3q5 4 0 9q-5-5 0-9z" fill="${light}" opacity=".75"/>`,
  };
  return kind === 'plain' ? '' : `<defs>${tile}${marks[kind]}</pattern></defs>`;
}

function backdrop(seed: number): string {
  const { wall, shape, floor } = pick(BACKDROPS, seed);
  const shapes = [
    `<circle cx="100" cy="92" r="74" fill="${shape}"/>`,
    `<path d="M32 200V98a68 68 0 0 1 136 0v102z" fill="${shape}"/>`,
    `<rect x="30" y="26" width="140" height="174" rx="16" fill="${shape}"/>`,
    `<path d="M0 120Q60 60 120 92T200 62v138H0z" fill="${shape}"/>`,
  ];
  return `<rect width="200" height="200" fill="${wall}"/>${pick(shapes, seed >>> 4)}<path d="M0 158h200v42H0z" fill="${floor}"/>`;
}

const pictures = new Map<string, string>();

/** A product's picture as a data URI: the same for the same product everywhere in the shop. */
export function picture({ id, title, path }: Pictured): string {
  const known = pictures.get(id);
  if (known !== undefined) return known;
  const seed = hash(id);
  const palette = paletteOf(title, seed);
  const kind = patternOf(title, seed >>> 8);
  const paint: Paint = { ...palette, fill: kind === 'plain' ? palette.base : 'url(#p)' };
  const subject = subjectOf(title, path);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200">${pattern(kind, palette)}${backdrop(hash(path || subject))}
    <ellipse cx="100" cy="163" rx="62" ry="8" fill="#000" opacity=".1"/>${glyphOf(subject)(paint)}</svg>`;
  const uri = `data:image/svg+xml,${encodeURIComponent(svg.replace(/\s*\n\s*/g, ''))}`;
  pictures.set(id, uri);
  return uri;
}
