import type { Glyph } from './colours.ts';
import { HOME } from './home.ts';
import { KITCHEN } from './kitchen.ts';
import { PLAY } from './play.ts';
import { WEAR } from './wear.ts';

const GLYPHS = { ...HOME, ...KITCHEN, ...WEAR, ...PLAY };
export type Subject = keyof typeof GLYPHS;

/** What a product shows, by words of its title; the first line with a word wins, so specific lines come first. */
const WORDS: readonly (readonly [Subject, string])[] = [
  ['cakestand', 'cakestand cake-stand tier cakes cake cupcake'],
  ['teapot', 'teapot kettle jug pitcher'],
  ['mug', 'mug mugs cup cups tea coffee espresso'],
  ['lantern', 'lantern lanterns birdcage'],
  ['lights', 'lights fairy bulb bulbs'],
  ['candle', 'candle candles t-light t-lights tealight votive incense candlestick'],
  ['lamp', 'lamp lampshade light lighting'],
  ['clock', 'clock clocks alarm timer'],
  ['cushion', 'cushion cushions pillow throw blanket quilt rug duvet'],
  ['umbrella', 'umbrella parasol raincoat'],
  ['bunting', 'bunting garland flag flags streamer banner'],
  ['tree', 'christmas tree reindeer'],
  ['bauble', 'bauble baubles snowflake advent decoration decorations'],
  ['necklace', 'necklace earrings bracelet bangle ring beads pendant brooch charm jewellery jewelry bead'],
  ['watch', 'watch watches'],
  ['glasses', 'glasses sunglasses goggles'],
  ['bag', 'bag bags shopper tote purse backpack handbag rucksack wallet'],
  ['dress', 'dress dresses skirt'],
  ['trousers', 'trousers jeans shorts leggings chinos'],
  ['coat', 'coat jacket parka blazer hoodie cardigan'],
  ['shoe', 'shoe shoes sneaker sneakers trainers boot boots sandals slippers flip'],
  ['hat', 'hat beanie cap scarf gloves hats'],
  ['garment', 'shirt tee t-shirt jumper sweater apron top blouse polo socks pyjamas clothing'],
  [
    'card',
    'card cards envelope invites invitation postcard letter wrap paper tissue tissues stickers sticker',
  ],
  ['gift', 'gift present ribbon ribbons'],
  ['book', 'book notebook journal diary notepad album passport novel'],
  ['pencils', 'pencil pencils pen pens chalk crayons ruler'],
  ['frame', 'frame picture mirror art canvas print poster photo'],
  ['sign', 'sign plaque block letters word doorsign blackboard board'],
  ['plant', 'plant flower flowers pot pots planter garden rose herb seeds vase'],
  ['napkin', 'napkin napkins doilies doily tablecloth towel towels cloth'],
  ['spoon', 'spoon cutlery fork knife knives spoons chopsticks utensils'],
  ['plate', 'plate plates tray coaster coasters platter saucer'],
  ['bowl', 'bowl bowls basin dish salad colander'],
  ['pan', 'pan saucepan casserole skillet wok cookware baking'],
  ['bottle', 'bottle bottles flask wine oil perfume vinegar'],
  ['jar', 'jar jars honey jam spice'],
  ['basket', 'basket crate laundry hamper trolley'],
  ['tin', 'tin tins box boxes storage case cases chest lunch container organiser'],
  ['hook', 'hook hooks hanger knob drawer rack rail'],
  ['key', 'keyring key fob keys'],
  ['chair', 'chair stool sofa bench table desk furniture shelf cabinet'],
  ['heart', 'heart hearts love angel wicker'],
  ['ball', 'ball football yoga fitness dumbbell sport bat racket'],
  ['headphones', 'headphones earbuds speaker audio headset'],
  ['screen', 'phone tablet screen charger cable laptop keyboard camera smartphone'],
  ['soap', 'soap shampoo lotion cream bath beauty skincare serum balm cosmetics moisturiser'],
  ['food', 'snack pasta rice cereal crisps biscuits chocolate beans flour sweets food pantry granola'],
  ['tool', 'hammer drill screwdriver tool tools wrench saw'],
  ['bear', 'toy toys doll teddy bear rabbit puppet game games puzzle dolly dinosaur spaceboy skittles'],
];

const subjects = new Map<string, Subject>(
  WORDS.toReversed().flatMap(([subject, words]) => words.split(' ').map((word) => [word, subject] as const)),
);
const order = new Map(WORDS.map(([subject], index) => [subject, index]));

/** The last word of a title names the thing, those before it its kind; the category answers where none is known. */
export function subjectOf(title: string, category: string): Subject {
  return named(title) ?? named(category) ?? 'gift';
}

function named(text: string): Subject | undefined {
  const words = text.toLowerCase().match(/[a-z][a-z-]*/g) ?? [];
  const known = words
    .flatMap((word) => subjects.get(word) ?? subjects.get(word.replace(/s$/, '')) ?? [])
    .toSorted((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
  const last = words.length === 0 ? undefined : subjects.get(words.at(-1) ?? '');
  return last ?? known[0];
}

export const glyphOf = (subject: Subject): Glyph => GLYPHS[subject];
