/** Colours of one object: `fill` is the body, plain or patterned. */
export interface Paint {
  readonly fill: string;
  readonly base: string;
  readonly dark: string;
  readonly light: string;
  readonly accent: string;
}

/** A drawing on a 200 x 200 sheet, standing on y = 160. */
export type Glyph = (paint: Paint) => string;

type Palette = Omit<Paint, 'fill'>;

/** What objects are painted in: by the colour that the title names, else by the item's id. */
export const PALETTES: readonly Palette[] = [
  { base: '#d9674e', dark: '#8f3b2a', light: '#f6d5c8', accent: '#f2b84b' },
  { base: '#3f7d6e', dark: '#23493f', light: '#d3e7df', accent: '#f0a15e' },
  { base: '#4f6fa8', dark: '#2c4066', light: '#d8e2f3', accent: '#f4c95d' },
  { base: '#b9577f', dark: '#6f2f4b', light: '#f5d9e4', accent: '#5c9a8b' },
  { base: '#d99a35', dark: '#8a5c12', light: '#faeccb', accent: '#3f6f8f' },
  { base: '#6a5b95', dark: '#3e3460', light: '#e2dcf1', accent: '#e8896b' },
  { base: '#5d8f4e', dark: '#365a2b', light: '#dfeeda', accent: '#d4654f' },
  { base: '#2f6f86', dark: '#183f4e', light: '#d0e6ec', accent: '#e9b44c' },
  { base: '#a9714b', dark: '#623d24', light: '#f0dfd0', accent: '#6c9a8b' },
  { base: '#c24d5c', dark: '#7a2733', light: '#f7d6da', accent: '#3c6e8a' },
];

/** Words of titles that name a colour, and what it is painted as. */
export const NAMED: Readonly<Record<string, Palette>> = {
  red: { base: '#c53a3a', dark: '#7c1f22', light: '#fae3df', accent: '#e9b44c' },
  pink: { base: '#dd7f9f', dark: '#8f3f5c', light: '#fbe6ed', accent: '#7fa88f' },
  blue: { base: '#4673ad', dark: '#28456e', light: '#dce8f5', accent: '#f1bf5b' },
  navy: { base: '#2f4268', dark: '#1a2743', light: '#d5ddec', accent: '#d9a441' },
  green: { base: '#56895a', dark: '#325636', light: '#e0eedd', accent: '#e08a5b' },
  yellow: { base: '#e0b33a', dark: '#8d6a12', light: '#fbf1cf', accent: '#55809c' },
  orange: { base: '#dd8038', dark: '#8e4a17', light: '#fbe5d0', accent: '#4b8079' },
  purple: { base: '#7a5fa3', dark: '#463465', light: '#e9e1f4', accent: '#e0a95b' },
  white: { base: '#f3efe7', dark: '#8c8577', light: '#ffffff', accent: '#c79a6b' },
  cream: { base: '#efe3c8', dark: '#93805a', light: '#fdf8ea', accent: '#b5765a' },
  black: { base: '#3c3f44', dark: '#1c1e21', light: '#dcdde0', accent: '#d9a441' },
  grey: { base: '#8d959b', dark: '#555c61', light: '#e6e9eb', accent: '#d98a5f' },
  brown: { base: '#94684a', dark: '#573a26', light: '#eddfd2', accent: '#d9a55b' },
  gold: { base: '#cfa24a', dark: '#80601f', light: '#f8ecce', accent: '#7a5266' },
  turquoise: { base: '#3f9fa3', dark: '#216164', light: '#d9efef', accent: '#ec9a6a' },
};

/** Other words for the same colours. */
export const ALSO: Readonly<Record<string, string>> = {
  ivory: 'cream',
  beige: 'cream',
  natural: 'cream',
  silver: 'grey',
  gray: 'grey',
  zinc: 'grey',
  metal: 'grey',
  charcoal: 'grey',
  wooden: 'brown',
  wood: 'brown',
  chocolate: 'brown',
  lilac: 'purple',
  lavender: 'purple',
  violet: 'purple',
  amethyst: 'purple',
  teal: 'turquoise',
  aqua: 'turquoise',
  mint: 'green',
  olive: 'green',
  sage: 'green',
  emerald: 'green',
  rust: 'orange',
  copper: 'orange',
  plum: 'purple',
  sand: 'cream',
  steel: 'grey',
  oak: 'brown',
  walnut: 'brown',
  rose: 'pink',
  coral: 'orange',
  amber: 'orange',
  terracotta: 'orange',
  mustard: 'yellow',
  sunflower: 'yellow',
  burgundy: 'red',
  ruby: 'red',
  scarlet: 'red',
  denim: 'navy',
  indigo: 'navy',
};

/** What stands behind them: chosen by the category, so that a grid of one category hangs together. */
export const BACKDROPS: readonly { readonly wall: string; readonly shape: string; readonly floor: string }[] =
  [
    { wall: '#f4ede4', shape: '#e9dccb', floor: '#ddcdb8' },
    { wall: '#e9f0ec', shape: '#d5e4dc', floor: '#c2d6cb' },
    { wall: '#eaeff6', shape: '#d7e1ee', floor: '#c5d2e3' },
    { wall: '#f6ebee', shape: '#edd8de', floor: '#e0c6ce' },
    { wall: '#f7f1df', shape: '#eee2c0', floor: '#e1d2a6' },
    { wall: '#efecf5', shape: '#dfd9ec', floor: '#cec6e0' },
    { wall: '#eef2e4', shape: '#dde6c9', floor: '#cbd7b1' },
    { wall: '#e6f1f3', shape: '#cfe3e7', floor: '#b9d3d9' },
  ];
