/** A word in the shop's two languages. */
export interface Word {
  readonly en: string;
  readonly de: string;
}

/** One of the shop's categories and what it sells. */
export interface Category {
  /** `Department > Name` */
  readonly path: string;
  readonly name: string;
  readonly nouns: readonly Word[];
  /** materials, flavours, strengths: what tells two goods of a noun apart */
  readonly kinds: readonly Word[];
  /** usual price in GBP at the middle price level */
  readonly price: number;
  /** goods that are used up: days until the next is needed; 0 for others */
  readonly every: number;
  /** none: one size */
  readonly sizes: readonly string[];
  readonly coloured: boolean;
}

const SIZES: Readonly<Record<string, readonly string[]>> = {
  clothes: ['XS', 'S', 'M', 'L', 'XL'],
  shoes: ['38', '40', '42', '44', '46'],
  beds: ['Single', 'Double', 'King'],
  children: ['62', '74', '86', '98'],
};

const KINDS: Readonly<Record<string, string>> = {
  '@stone': 'Stoneware=Steinzeug, Porcelain=Porzellan, Earthenware=Steingut, Enamel=Emaille',
  '@cloth': 'Cotton=Baumwolle, Linen=Leinen, Wool=Wolle, Recycled=Recycling-Garn',
  '@scents': 'Lavender=Lavendel, Citrus=Zitrus, Cedar=Zeder, Rose, Unscented=ohne Duft',
  '@metal': 'Steel=Stahl, Cast Iron=Gusseisen, Copper=Kupfer, Aluminium',
  '@wood': 'Oak=Eiche, Pine=Kiefer, Bamboo=Bambus, Walnut=Nussbaum',
};

/** category | price | what is special about it | nouns | kinds; `English=German`, or one word for both */
const TABLE = `
Kitchen > Cookware | 42 |  | Frying Pan=Bratpfanne, Saucepan=Stieltopf, Casserole=Bräter, Wok | @metal
Kitchen > Bakeware | 16 |  | Cake Tin=Backform, Baking Tray=Backblech, Loaf Tin=Kastenform, Rolling Pin=Nudelholz | @metal
Kitchen > Tableware | 11 | coloured | Mug=Becher, Bowl=Schale, Dinner Plate=Essteller, Jug=Krug | @stone
Kitchen > Appliances | 74 |  | Kettle=Wasserkocher, Toaster, Coffee Grinder=Kaffeemühle, Stand Mixer=Küchenmaschine | Matt=matt, Brushed=gebürstet, Retro, Compact=kompakt
Groceries > Coffee and Tea | 9 | every 21 | Coffee Beans=Kaffeebohnen, Ground Coffee=Filterkaffee, Green Tea=Grüntee, Black Tea=Schwarztee | Mild, Strong=kräftig, Organic=Bio, Decaf=koffeinfrei
Groceries > Baking Ingredients | 4 | every 28 | Bread Flour=Brotmehl, Cocoa Powder=Kakaopulver, Dry Yeast=Trockenhefe, Cane Sugar=Rohrzucker | Fine=fein, Organic=Bio, Wholegrain=Vollkorn, Fair Trade
Groceries > Snacks | 5 | every 18 | Nut Mix=Nussmischung, Oat Bars=Haferriegel, Dark Chocolate=Zartbitterschokolade, Crackers=Cracker | Salted=gesalzen, Honey=Honig, Sea Salt=Meersalz, Cranberry
Household > Laundry | 8 | every 30 | Washing Liquid=Flüssigwaschmittel, Washing Powder=Waschpulver, Fabric Softener=Weichspüler, Stain Remover=Fleckentferner | @scents
Household > Cleaning | 6 | every 35 | Surface Spray=Reinigungsspray, Dish Soap=Spülmittel, Dishwasher Tablets=Spülmaschinentabs, Glass Cleaner=Glasreiniger | @scents
Household > Paper Goods | 10 | every 25 | Toilet Paper=Toilettenpapier, Kitchen Roll=Küchenrolle, Tissues=Taschentücher, Napkins=Servietten | Soft=weich, Recycled=Recycling, Bamboo=Bambus, Family Pack=Großpackung
Household > Storage | 19 |  | Storage Box=Aufbewahrungsbox, Laundry Basket=Wäschekorb, Glass Jar=Vorratsglas, Shelf Unit=Regal | Wicker=Weide, Clear=transparent, Stackable=stapelbar, Felt=Filz
Bathroom > Towels | 18 | coloured | Bath Towel=Badetuch, Hand Towel=Handtuch, Bath Mat=Badematte, Bathrobe=Bademantel | Cotton=Baumwolle, Waffle=Waffelpiqué, Bamboo=Bambus, Linen=Leinen
Bathroom > Bath Accessories | 17 |  | Soap Dispenser=Seifenspender, Shower Shelf=Duschregal, Toothbrush Holder=Zahnbürstenhalter, Mirror=Spiegel | Marble=Marmor, Chrome=Chrom, Bamboo=Bambus, Ceramic=Keramik
Bathroom > Skin Care | 13 | every 40 | Day Cream=Tagescreme, Cleanser=Reinigungsgel, Hand Cream=Handcreme, Body Lotion=Körperlotion | Aloe, Almond=Mandel, Sensitive=sensitiv, Oat=Hafer
Bathroom > Hair and Shaving | 9 | every 32 | Shampoo, Conditioner=Spülung, Razor Blades=Rasierklingen, Shaving Gel=Rasiergel | Mint=Minze, Argan, Fine Hair=feines Haar, Sport
Bedroom > Bed Linen | 39 | sizes beds coloured | Duvet Cover=Bettbezug, Pillowcase=Kissenbezug, Fitted Sheet=Spannbettlaken, Bedspread=Tagesdecke | Percale=Perkal, Sateen=Satin, Linen=Leinen, Jersey
Bedroom > Pillows and Duvets | 48 | sizes beds | Pillow=Kopfkissen, Duvet=Bettdecke, Mattress Topper=Topper, Blanket=Wolldecke | Down=Daune, Wool=Wolle, Memory Foam=Memoryschaum, Cotton=Baumwolle
Bedroom > Lighting | 36 |  | Bedside Lamp=Nachttischlampe, Desk Lamp=Schreibtischlampe, Pendant Light=Pendelleuchte, Fairy Lights=Lichterkette | Brass=Messing, Glass=Glas, Linen=Leinen, Black Steel=schwarzer Stahl
Bedroom > Nightwear | 29 | sizes clothes coloured | Pyjamas=Schlafanzug, Nightshirt=Nachthemd, Slippers=Hausschuhe, Dressing Gown=Morgenmantel | @cloth
Living Room > Cushions and Throws | 27 | coloured | Cushion=Kissen, Throw=Plaid, Floor Cushion=Bodenkissen, Pouffe=Pouf | Velvet=Samt, Wool=Wolle, Boucle=Bouclé, Linen=Leinen
Living Room > Rugs | 79 |  | Rug=Teppich, Runner=Läufer, Doormat=Fußmatte, Sheepskin=Schaffell | Jute, Wool=Wolle, Cotton=Baumwolle, Flatweave=flachgewebt
Living Room > Candles | 14 | every 45 | Scented Candle=Duftkerze, Pillar Candle=Stumpenkerze, Tealights=Teelichter, Diffuser=Raumduft | @scents
Living Room > Wall Decor | 24 |  | Print=Poster, Picture Frame=Bilderrahmen, Wall Clock=Wanduhr, Wall Shelf=Wandregal | @wood
Garden > Garden Tools | 22 |  | Secateurs=Gartenschere, Spade=Spaten, Watering Can=Gießkanne, Hand Fork=Handgabel | Ash Handle=Eschengriff, Steel=Stahl, Compact=kompakt, Long=lang
Garden > Plants and Pots | 12 |  | Plant Pot=Blumentopf, Herb Kit=Kräuterset, Seed Mix=Saatmischung, Planter=Pflanzkübel | Terracotta=Terrakotta, Zinc=Zink, Glazed=glasiert, Cork=Kork
Garden > Barbecue | 33 |  | Charcoal Grill=Holzkohlegrill, Grill Tongs=Grillzange, Charcoal=Holzkohle, Grill Basket=Grillkorb | @metal
Garden > Outdoor Furniture | 95 |  | Garden Chair=Gartenstuhl, Bistro Table=Bistrotisch, Bench=Bank, Parasol=Sonnenschirm | @wood
Outdoor > Tents and Sleeping | 110 |  | Tent=Zelt, Sleeping Bag=Schlafsack, Sleeping Mat=Isomatte, Hammock=Hängematte | Ultralight=ultraleicht, Three Season=3 Jahreszeiten, Family=Familie, Winter
Outdoor > Camping Kitchen | 31 |  | Camping Stove=Campingkocher, Mess Kit=Kochgeschirr, Cool Box=Kühlbox, Water Bottle=Trinkflasche | Titanium=Titan, Steel=Stahl, Foldable=faltbar, Compact=kompakt
Outdoor > Hiking | 46 |  | Rucksack, Trekking Poles=Trekkingstöcke, Head Torch=Stirnlampe, First Aid Kit=Erste-Hilfe-Set | Alpine=alpin, Daytrip=Tagestour, Ultralight=ultraleicht, Classic=klassisch
Outdoor > Outdoor Clothing | 68 | sizes clothes coloured | Rain Jacket=Regenjacke, Fleece=Fleecejacke, Hiking Trousers=Wanderhose, Beanie=Mütze | Merino, Recycled=Recycling, Windproof=winddicht, Softshell
Sport > Running Shoes | 98 | sizes shoes coloured | Road Shoe=Straßenlaufschuh, Trail Shoe=Trailschuh, Racing Shoe=Wettkampfschuh | Cushioned=gedämpft, Light=leicht, Stable=stabil, Waterproof=wasserdicht
Sport > Running Clothing | 34 | sizes clothes coloured | Running Shirt=Laufshirt, Tights=Lauftights, Shorts=Laufshorts, Running Socks=Laufsocken | Merino, Mesh, Reflective=reflektierend, Thermal=Thermo
Sport > Yoga | 26 | coloured | Yoga Mat=Yogamatte, Yoga Block=Yogablock, Strap=Yogagurt, Bolster=Yogakissen | Cork=Kork, Natural Rubber=Naturkautschuk, Cotton=Baumwolle, Jute
Sport > Nutrition | 17 | every 24 | Protein Powder=Proteinpulver, Energy Gel=Energiegel, Electrolytes=Elektrolyte, Recovery Bar=Regenerationsriegel | Vanilla=Vanille, Cocoa=Kakao, Berry=Beere, Neutral=neutral
Family > Baby Care | 12 | every 16 | Nappies=Windeln, Baby Wipes=Feuchttücher, Baby Bath=Babybad, Baby Cream=Babycreme | Newborn=Neugeborene, Sensitive=sensitiv, Organic=Bio, Night=Nacht
Family > Nursery | 28 |  | Cot Mobile=Mobile, Baby Blanket=Babydecke, Night Light=Nachtlicht, Changing Mat=Wickelauflage | Star=Sterne, Forest=Wald, Cloud=Wolken, Rabbit=Hasen
Family > Toys | 21 |  | Building Blocks=Bauklötze, Puzzle, Soft Toy=Kuscheltier, Train Set=Eisenbahn | @wood
Family > Kids Clothing | 19 | sizes children coloured | Romper=Strampler, Rain Boots=Gummistiefel, Cardigan=Strickjacke, Leggings | @cloth
Pets > Dog Food | 24 | every 28 | Dry Food=Trockenfutter, Wet Food=Nassfutter, Chew Sticks=Kaustangen, Training Treats=Leckerli | Chicken=Huhn, Salmon=Lachs, Lamb=Lamm, Grain Free=getreidefrei
Pets > Cat Food | 15 | every 22 | Cat Pouches=Portionsbeutel, Cat Biscuits=Katzen-Knabbereien, Cat Pate=Katzenpastete, Cat Litter=Katzenstreu | Chicken=Huhn, Tuna=Thunfisch, Turkey=Pute, Kitten=Kätzchen
Pets > Pet Supplies | 26 |  | Pet Bed=Tierbett, Food Bowl=Futternapf, Lead=Leine, Rope Toy=Tauspielzeug | Washable=waschbar, Leather=Leder, Cotton=Baumwolle, Travel=Reise
Office > Desks and Chairs | 165 |  | Office Chair=Bürostuhl, Standing Desk=Stehtisch, Desk=Schreibtisch, Footrest=Fußstütze | @wood
Office > Desk Accessories | 23 |  | Desk Organiser=Schreibtisch-Organizer, Monitor Stand=Monitorständer, Desk Mat=Schreibtischunterlage, Letter Tray=Ablage | Felt=Filz, Oak=Eiche, Leather=Leder, Steel=Stahl
Office > Stationery | 8 | every 50 | Notebook=Notizbuch, Fountain Pen=Füller, Pencils=Bleistifte, Printer Paper=Druckerpapier | Dotted=gepunktet, Ruled=liniert, Plain=blanko, Recycled=Recycling
Office > Computer Accessories | 49 |  | Keyboard=Tastatur, Mouse=Maus, Webcam, Headset | Wireless=kabellos, Quiet=leise, Compact=kompakt, Ergonomic=ergonomisch`;

/** What people set out to do: the categories it takes, in the order in which they think of them. */
const NEEDS_TABLE = `
camping trip | Tents and Sleeping, Camping Kitchen, Hiking, Outdoor Clothing, Snacks
new baby | Nursery, Baby Care, Kids Clothing, Laundry, Toys
home office | Desks and Chairs, Computer Accessories, Desk Accessories, Lighting, Stationery
baking | Bakeware, Baking Ingredients, Appliances, Storage
garden party | Barbecue, Outdoor Furniture, Tableware, Snacks
new bathroom | Bath Accessories, Towels, Skin Care, Candles
guest room | Pillows and Duvets, Bed Linen, Lighting, Towels
taking up running | Running Shoes, Running Clothing, Nutrition
a puppy | Pet Supplies, Dog Food, Cleaning
a kitten | Pet Supplies, Cat Food, Rugs
balcony garden | Plants and Pots, Garden Tools, Outdoor Furniture
cosy living room | Cushions and Throws, Rugs, Candles, Wall Decor
yoga at home | Yoga, Running Clothing, Candles, Coffee and Tea
first flat | Cookware, Tableware, Bed Linen, Storage, Paper Goods`;

export interface Need {
  readonly name: string;
  /** names of categories */
  readonly takes: readonly string[];
}

export const COLOURS: readonly Word[] = words(
  'Sage=Salbei, Navy=Marine, Charcoal=Anthrazit, Sand, Rust=Rost, White=Weiß, Mustard=Senf, Plum=Pflaume',
);

export const CATEGORIES: readonly Category[] = rows(TABLE).map((cells) => {
  const [path = '', price = '', special = '', nouns = '', kinds = ''] = cells;
  return {
    path,
    name: path.split(' > ')[1] ?? path,
    price: Number(price),
    every: Number(/every (\d+)/.exec(special)?.[1] ?? 0),
    sizes: SIZES[/sizes (\w+)/.exec(special)?.[1] ?? ''] ?? [],
    coloured: special.includes('coloured'),
    nouns: words(nouns),
    kinds: words(KINDS[kinds] ?? kinds),
  };
});

export const NEEDS: readonly Need[] = rows(NEEDS_TABLE).map(([name = '', takes = '']) => ({
  name,
  takes: takes.split(', '),
}));

function rows(table: string): string[][] {
  return table
    .trim()
    .split('\n')
    .map((row) => row.split(' | '));
}

function words(text: string): Word[] {
  return text.split(', ').map((pair) => {
    const [en = '', de = en] = pair.split('=');
    return { en, de };
  });
}
