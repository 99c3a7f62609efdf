import type { Glyph } from './colours.ts';
import { HOME } from './home.ts';
import { HOUSE } from './house.ts';
import { KITCHEN } from './kitchen.ts';
import { PLAY } from './play.ts';
import { WEAR } from './wear.ts';

const GLYPHS = { ...HOME, ...HOUSE, ...KITCHEN, ...WEAR, ...PLAY };
export type Subject = keyof typeof GLYPHS;

/** What a product shows, by its noun; the first line with a word wins, so specific lines come first. */
const NOUNS: readonly (readonly [Subject, string])[] = [
  ['cakestand', 'cakestand cake-stand tier'],
  ['teapot', 'teapot kettle jug pitcher watering can'],
  ['toaster', 'toaster grinder mixer appliances'],
  ['grill', 'grill barbecue'],
  ['mug', 'mug cup espresso'],
  ['lantern', 'lantern birdcage'],
  ['lights', 'lights bulb bulbs'],
  ['candle', 'candle t-light tealight votive incense candlestick candleholder'],
  ['lamp', 'lamp lampshade light torch chandelier shade'],
  ['clock', 'clock alarm timer thermometer'],
  ['cushion', 'cushion pillow pouffe bolster pillowcase cover bed throws'],
  ['towel', 'towel blanket quilt sheet duvet bedspread throw topper flannel linen'],
  ['rug', 'rug runner doormat mat sheepskin hammock'],
  ['roll', 'roll wipes tissue toilet nappies'],
  ['umbrella', 'umbrella parasol raincoat'],
  ['tent', 'tent'],
  ['pet', 'food pouches litter treats lead dog cat pet'],
  ['bunting', 'bunting garland flag streamer banner wreath'],
  ['tree', 'tree'],
  ['bauble', 'bauble snowflake mobile'],
  [
    'necklace',
    'necklace earring bracelet bangle ring bead pendant brooch charm jewellery jewelry hairclip grip',
  ],
  ['watch', 'watch'],
  ['glasses', 'sunglasses goggles'],
  ['bag', 'bag shopper tote purse backpack handbag rucksack wallet hiking'],
  ['dress', 'dress skirt'],
  ['trousers', 'trousers jeans shorts leggings tights chinos'],
  ['coat', 'coat jacket fleece blazer hoodie cardigan bathrobe gown'],
  ['shoe', 'shoe sneaker trainers boot sandal slipper'],
  ['hat', 'hat beanie cap scarf glove warmer'],
  [
    'garment',
    'shirt nightshirt tee t-shirt jumper sweater apron top blouse sock pyjamas romper clothing nightwear',
  ],
  ['card', 'card envelope invite postcard letter wrap paper sticker tag tape'],
  ['book', 'book notebook journal diary notepad album passport novel pad calendar sketchbook'],
  ['pencils', 'pencil pen chalk crayon ruler eraser toothbrush sharpener stationery'],
  ['frame', 'frame picture mirror canvas print poster photo'],
  ['sign', 'sign plaque block doorsign blackboard chalkboard tile'],
  ['plant', 'plant pot planter herb seed vase flower plants'],
  ['napkin', 'napkin doily doilies tablecloth'],
  ['spoon', 'spoon cutlery fork knife chopstick utensil'],
  ['plate', 'plate tray coaster platter saucer placemat'],
  ['bowl', 'bowl basin dish colander'],
  ['pan', 'pan saucepan casserole skillet wok cookware stove tongs cakes baking case mould'],
  ['bottle', 'bottle flask wine oil diffuser gel electrolytes glass tumbler'],
  ['jar', 'jar honey jam spice powder'],
  ['basket', 'basket crate laundry hamper trolley bin bucket'],
  ['tin', 'tin box storage chest container organiser bank kit tablets blades cabinet drawer'],
  ['hook', 'hook hanger knob rack rail stand'],
  ['shelves', 'shelf shelves bookcase'],
  ['key', 'keyring key key-ring fob'],
  ['desk', 'desk table'],
  ['chair', 'chair stool sofa bench footrest furniture'],
  ['heart', 'heart wicker'],
  ['ball', 'ball football dumbbell racket'],
  ['headphones', 'headphones headset earbuds speaker'],
  ['keyboard', 'keyboard'],
  ['mouse', 'mouse'],
  ['camera', 'webcam camera'],
  ['screen', 'phone tablet screen monitor laptop smartphone'],
  [
    'soap',
    'soap shampoo conditioner lotion cream cleanser cleaner spray softener liquid serum balm remover dispenser',
  ],
  [
    'food',
    'snack bars bar mix crackers biscuits beans flour cocoa yeast sugar coffee tea chocolate charcoal sticks',
  ],
  ['tool', 'hammer spade secateurs drill screwdriver tool poles strap opener'],
  ['bear', 'toy doll teddy bear rabbit puppet game puzzle dolly dinosaur spaceboy skittle toys'],
];

/** Words that are as often a motif as the thing: they count where nothing better is found. */
const MOTIFS: readonly (readonly [Subject, string])[] = [
  ['cakestand', 'cake cakes cupcake'],
  ['tree', 'christmas reindeer'],
  ['plant', 'garden rose roses flower flowers daisy'],
  ['heart', 'love hearts angel'],
  ['necklace', 'crystal jewel pearl'],
  ['lights', 'fairy star'],
  ['bottle', 'bath beauty perfume'],
  ['food', 'groceries snacks kitchen'],
  ['gift', 'gift ribbon ribbons present'],
];

const tableOf = (lines: readonly (readonly [Subject, string])[]): ReadonlyMap<string, Subject> =>
  new Map(
    lines
      .toReversed()
      .flatMap(([subject, words]) => words.split(' ').map((word) => [word, subject] as const)),
  );
const nouns = tableOf(NOUNS);
const motifs = tableOf(MOTIFS);

/** What follows one of these describes the thing that came before. */
const AFTER_THE_THING = /,| with | w\/| for | in | on /i;

/**
 * What to draw: a title's head noun says it best, then the category's last level, then any word of either.
 * @param path `Kitchen > Mugs`, or empty
 */
export function subjectOf(title: string, path: string): Subject {
  const head = wordsOf(title.split(AFTER_THE_THING, 1)[0] ?? '');
  const leaf = wordsOf(path.split('>').at(-1) ?? '');
  return (
    look(nouns, head.slice(-1)) ??
    look(nouns, leaf) ??
    look(nouns, head.toReversed()) ??
    look(nouns, wordsOf(title).toReversed()) ??
    look(motifs, [...wordsOf(title), ...wordsOf(path)]) ??
    'gift'
  );
}

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[a-z][a-z-]*/g) ?? [];

function look(table: ReadonlyMap<string, Subject>, words: readonly string[]): Subject | undefined {
  for (const word of words) {
    const subject =
      table.get(word) ?? table.get(word.replace(/(?<=[^s])s$/, '')) ?? table.get(word.replace(/es$/, ''));
    if (subject !== undefined) return subject;
  }
  return undefined;
}

export const glyphOf = (subject: Subject): Glyph => GLYPHS[subject];
