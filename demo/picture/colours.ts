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

/** What objects are painted in: chosen by the item's id. */
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
