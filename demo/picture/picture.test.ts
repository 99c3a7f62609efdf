import { describe, expect, it } from 'vitest';
import { NAMED } from './colours.ts';
import { picture } from './picture.ts';
import { glyphOf, subjectOf } from './subject.ts';

const svgOf = (uri: string): string => decodeURIComponent(uri.replace('data:image/svg+xml,', ''));
const draw = (id: string, title: string, path = ''): string => svgOf(picture({ id, title, path }));

describe('product pictures', () => {
  it.each([
    ['Red Retrospot Mug', 'Kitchen > Mugs', 'mug'],
    ['60 Cake Cases Vintage Christmas', 'Kitchen > Baking', 'pan'],
    ['Lunch Box with Cutlery Fairy Cakes', 'Storage > Boxes', 'tin'],
    ['Regency Cakestand 3 Tier', 'Kitchen > Baking', 'cakestand'],
    ['Jumbo Bag Red Retrospot', 'Bags > Bags', 'bag'],
    ['Pinewick Fjell Frying Pan, Cast Iron', 'Kitchen > Cookware', 'pan'],
    ['Kestrel Reed Road Shoe, Cushioned, Charcoal, 38', 'Sport > Running Shoes', 'shoe'],
    ['Basics Weald Dry Food, Chicken', 'Pets > Dog Food', 'pet'],
    ['Groovy Cactus Inflatable', '', 'gift'],
  ])('show the thing that the title names: %s', (title, path, subject) => {
    expect(subjectOf(title, path)).toBe(subject);
  });

  it('are painted in the colour and the pattern that the title names', () => {
    for (const colour of ['red', 'blue', 'green', 'pink'])
      expect(draw(`mug-${colour}`, `${colour} mug`)).toContain(NAMED[colour]?.base);
    expect(draw('dotted', 'Blue Polkadot Bowl')).toContain('<pattern id="p"');
  });

  it('are the same for the same product wherever it is shown, and differ between products', () => {
    const all = Array.from({ length: 200 }, (_, index) => draw(`id-${index}`, 'Mug', 'Kitchen > Mugs'));
    expect(new Set(all).size).toBeGreaterThan(20);
    expect(draw('id-7', 'Mug', 'Kitchen > Mugs')).toBe(all[7]);
  });

  it('stand before the same wall throughout a category', () => {
    const wallOf = (svg: string) => /<rect width="200" height="200" fill="(#\w+)"\/><[^>]+>/.exec(svg)?.[0];
    const walls = ['a', 'b', 'c'].map((id) => wallOf(draw(id, `Thing ${id}`, 'Garden > Pots')));
    expect(new Set(walls).size).toBe(1);
  });

  it('are whole SVG documents without anything that could run', () => {
    const titles = ['Mug', 'Lantern', 'Tent', 'Keyboard', 'Bunting', 'Necklace', 'Fairy Lights', 'Clock'];
    for (const title of titles) {
      const svg = draw(title, title);
      const opened = [...svg.matchAll(/<([a-z]+)(?:\s[^>]*[^/])?>/g)].map(([, name]) => name);
      const closed = [...svg.matchAll(/<\/([a-z]+)>/g)].map(([, name]) => name);
      expect(opened.toSorted()).toEqual(closed.toSorted());
      expect(svg).not.toMatch(/undefined|NaN|<script|on\w+=/);
      expect(glyphOf(subjectOf(title, ''))).toBeTypeOf('function');
    }
  });
});
