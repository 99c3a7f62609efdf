import type { Dataset } from '../../../models/contract.ts';
import { MOST_CUT } from '../../../shared/bundle/neighbour-lists.ts';
import { closeEngine } from '../../../shared/engine/engine.ts';
import type { Kernel } from '../../../shared/kernel/contract.ts';
import { partsOfLevel } from '../../../shared/protocol/level.ts';
import type { Market } from '../../../shared/protocol/manifest.ts';
import type { BundlePart } from '../../training/contract.ts';
import { encodeItems } from '../../training/encode.ts';
import { openExact } from '../../training/exact.ts';
import { type Fit, type Funnel, openFit, openParts, pack } from '../../training/fits.ts';
import { withHead } from '../../training/head.ts';
import type { Packing } from '../../training/settings.ts';
import { respondent } from './ask.ts';
import { type Compared, type Variant, variant } from './variants.ts';

/** What a release was packed from. */
export interface Unpacked {
  readonly fit: Fit & { readonly dataset: Dataset };
  readonly funnel: Funnel;
  readonly markets: readonly Market[];
}

const FULL_BITS = 8;
const COARSE_BITS = 4;

/**
 * What packing costs: the same funnel before it was rounded and cut, and with one thing undone at a time. `releaseMinus`
 * is the price: below 0 where packing loses.
 */
export function packingPrices(
  { fit, funnel, markets }: Unpacked,
  {
    whole,
    kernel,
    compared,
  }: { readonly whole: Dataset; readonly kernel: Kernel; readonly compared: Compared },
): Variant[] {
  const { cut, bits, further = cut } = funnel.packing;
  const tried = (about: Pick<Variant, 'name' | 'means'>, changed: Partial<Fit & Funnel>): Variant => {
    const [other, decided] = [
      { ...fit, ...changed },
      { ...funnel, ...changed },
    ];
    const engine = openFit(other, decided, kernel);
    const bytes = weight(pack(other, decided));
    const found = variant(respondent(engine, whole), { ...about, bytes }, compared);
    closeEngine(engine);
    return found;
  };
  const exactly = (about: Pick<Variant, 'name' | 'means'>, lists?: Packing): Variant => {
    const { settings, ranker } = funnel;
    const exact = openExact(fit, { settings, ranker, ...(lists ? { lists } : {}) }, kernel);
    const found = variant(respondent(exact, whole), about, compared);
    closeEngine(exact);
    return found;
  };
  const half = Math.ceil(cut / 2);
  /** Only where it is another shard. */
  const vectors = (all: readonly number[]): Variant[] =>
    all.flatMap((own) => {
      const items = encodeItems({ ...fit, markets, bits: { embeddings: own, content: own } });
      if (Buffer.compare(items.shard.bytes, fit.shard.bytes) === 0) return [];
      return [
        tried(
          {
            name: `vectors of ${own} bits`,
            means: 'a component of every vector; what fewer save shows after brotli',
          },
          items,
        ),
      ];
    });
  return [
    exactly({
      name: 'nothing packed',
      means: 'vectors, encoder and ranker as floats, lists as long as they were fitted',
    }),
    exactly(
      { name: 'nothing rounded', means: 'vectors, encoder and ranker as floats, lists as they are' },
      funnel.packing,
    ),
    tried(
      { name: 'whole lists', means: `lists as long as they were fitted in place of ${cut} entries` },
      { packing: { cut: MOST_CUT, bits } },
    ),
    tried(
      { name: 'half lists', means: `lists of ${half} entries in place of ${cut}` },
      { packing: { cut: half, bits, further: Math.min(half, further) } },
    ),
    ...(bits === FULL_BITS
      ? []
      : [
          tried(
            { name: 'fine lists', means: `${FULL_BITS} bits a list weight in place of ${bits}` },
            { packing: { ...funnel.packing, bits: FULL_BITS } },
          ),
        ]),
    ...vectors([FULL_BITS, COARSE_BITS]),
  ];
}

/** The level that a device opens first, answering alone; where a release needs none, one of half its bytes is tried. */
export function headPrice(
  parts: readonly BundlePart[],
  {
    whole,
    kernel,
    compared,
  }: { readonly whole: Dataset; readonly kernel: Kernel; readonly compared: Compared },
): Variant | undefined {
  const carried = partsOfLevel(parts, 'head');
  const own = partsOfLevel(parts, undefined).filter(({ role }) => role !== 'cards');
  const has = carried.length > 1;
  const head = has ? carried : cutInHalf(own);
  if (head === undefined) return undefined;
  const used = head.filter(({ role }) => role !== 'cards');
  const engine = openParts(used, kernel);
  const items = engine.shard.items;
  const found = variant(
    respondent(engine, whole),
    {
      name: 'head alone',
      means: has
        ? `the ${items} most popular items that a device opens first`
        : `the release is light enough to need no head: as if cut to its ${items} most popular items`,
      bytes: weight(used),
    },
    compared,
  );
  closeEngine(engine);
  return found;
}

function cutInHalf(parts: readonly BundlePart[]): readonly BundlePart[] | undefined {
  const untold = { views: [], now: 0, seed: 0, expected: [] };
  const cut = withHead({ parts, golden: untold }, () => untold, weight(parts) / 2);
  return cut.head && partsOfLevel(cut.parts, 'head');
}

const weight = (parts: readonly BundlePart[]): number =>
  parts.reduce((sum, { bytes }) => sum + bytes.length, 0);
