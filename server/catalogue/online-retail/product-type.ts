/**
 * Departments, their categories, and the head nouns (singular) that put a description into one. The file has no
 * categories of its own; these are the heads that most of its descriptions end in.
 */
const HEADS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Kitchen: {
    Mugs: 'mug',
    Cups: 'cup saucer teapot jug',
    Glasses: 'tumbler goblet',
    Bowls: 'bowl dish',
    Plates: 'plate tray',
    Coasters: 'coaster placemat',
    Cutlery: 'cutlery spoon fork spatula whisk ladle opener chopstick utensil',
    Baking: 'case mould cutter cakestand colander pan scale',
    Tins: 'tin jar container',
    Bottles: 'bottle flask',
    Napkins: 'napkin doily',
    'Aprons and Towels': 'apron glove towel cosy warmer',
  },
  Lighting: {
    Candles: 'candle incense match t-light',
    'Candle Holders': 'holder candleholder candlestick',
    Lights: 'light torch',
    Lamps: 'lamp lampshade chandelier shade',
    Lanterns: 'lantern',
  },
  Jewellery: {
    Necklaces: 'necklace necklac neckl pendant',
    Bracelets: 'bracelet bangle',
    Earrings: 'earring',
    Rings: 'ring',
    Charms: 'charm brooch bead keyring key-ring key-chain',
    'Hair Accessories': 'hairclip hairslide grip slide hairband headband',
  },
  Bags: {
    Bags: 'bag handbag shopper trolley washbag',
    Purses: 'purse wallet',
    Umbrellas: 'umbrella parasol',
  },
  Home: {
    Decorations: 'decoration ornament dec bell mobile bauble stocking',
    Garlands: 'garland bunting wreath',
    Signs: 'sign plaque letter tile doorsign chalkboard',
    Frames: 'frame photoframe',
    Mirrors: 'mirror',
    Clocks: 'clock thermometer',
    Cushions: 'cushion cover throw quilt',
    'Door Mats': 'doormat mat doorstop',
    Hooks: 'hook hanger',
    Curtains: 'curtain screen',
    Prints: 'print canvas picture',
    Furniture: 'chair stool table cabinet drawer shelf hammock',
    Bathroom: 'flannel soap sponge toothbrush',
  },
  Storage: {
    Boxes: 'box crate tidy',
    Baskets: 'basket bucket bin pail',
    Stands: 'rack stand',
    'Money Banks': 'bank moneybox',
  },
  Garden: {
    Pots: 'pot planter vase urn',
    Birdhouses: 'birdhouse feeder',
    'Garden Tools': 'watering gnome windmill marker',
  },
  Paper: {
    Cards: 'card envelope invite postcard',
    'Gift Wrap': 'wrap ribbon tag tape',
    Notebooks: 'notebook journal diary pad organiser calendar sketchbook',
    Albums: 'album',
    Stickers: 'sticker tattoo badge patch',
    Pencils: 'pencil pen eraser rubber sharpener ruler chalk crayon',
    Tissues: 'tissue',
  },
  Play: {
    'Craft Kits': 'kit sewing',
    Toys: 'toy doll block puppet helicopter skittle',
    Games: 'game puzzle jigsaw domino',
    Magnets: 'magnet',
    Party: 'balloon mask hat straw confetti streamer',
  },
};

/** Heads that are also motifs ("ROSE COTTAGE MUG"): they count only where nothing else was found. */
const MOTIFS: Readonly<Record<string, string>> = {
  flower: 'Home > Flowers',
  rose: 'Home > Flowers',
  blossom: 'Home > Flowers',
  bouquet: 'Home > Flowers',
  tree: 'Home > Trees',
  glass: 'Kitchen > Glasses',
  cake: 'Kitchen > Baking',
  heart: 'Home > Decorations',
  star: 'Home > Decorations',
  egg: 'Home > Decorations',
  angel: 'Home > Decorations',
};

const BY_HEAD = new Map(
  Object.entries(HEADS).flatMap(([department, categories]) =>
    Object.entries(categories).flatMap(([category, words]) =>
      words.split(' ').map((word) => [word, `${department} > ${category}`] as const),
    ),
  ),
);
const BY_MOTIF = new Map(Object.entries(MOTIFS));

/** What follows one of these describes the thing that came before. */
const AFTER_THE_HEAD = /,| WITH | W\/| FOR | IN | ON /;

/**
 * A two-level product type from an upper-case English description: the last known head noun before a preposition
 * or comma, else the last anywhere, else the last motif; undefined where none is known.
 */
export function productTypeOf(description: string): string | undefined {
  const before = wordsOf(description.split(AFTER_THE_HEAD, 1)[0] ?? '');
  const all = wordsOf(description);
  return lastKnown(before, BY_HEAD) ?? lastKnown(all, BY_HEAD) ?? lastKnown(all, BY_MOTIF);
}

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[a-z][a-z-]*/g) ?? [];

function lastKnown(words: readonly string[], known: ReadonlyMap<string, string>): string | undefined {
  for (let i = words.length - 1; i >= 0; i--) {
    const word = words[i] ?? '';
    const type = known.get(word) ?? known.get(singular(word));
    if (type !== undefined) return type;
  }
  return undefined;
}

function singular(word: string): string {
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  if (/(sh|ch|x|ss)es$/.test(word)) return word.slice(0, -2);
  return word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word;
}
