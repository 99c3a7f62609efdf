import { nearestMode } from '../../shared/engine/clusters.ts';
import type { ProfileAttributes } from '../../shared/protocol/profile.ts';
import { createRandom, type Random } from '../random.ts';

/** How shoppers are put into groups. */
export interface ModeSettings {
  readonly clusters: number;
  /** a smaller group is given up, its shoppers go to the nearest other one; a mode's value is held by as many */
  readonly leastMembers: number;
}

/** Shoppers whose attributes are all the same. */
interface Kind {
  readonly attributes: ProfileAttributes;
  readonly shoppers: number;
}

const RESTARTS = 8;
const MOST_ROUNDS = 50;

/**
 * k-modes (Huang 1998) over categorical attributes: a mode has each attribute's most frequent value, a shopper belongs to the mode
 * that shares most values; what a shopper does not say counts for nothing. The best of a few seeded starts, each spread out as in
 * k-means++ (Arthur and Vassilvitskii 2007).
 * @returns modes in the order of their values; none where no group is large enough
 */
export function fitModes(
  shoppers: Iterable<ProfileAttributes>,
  settings: ModeSettings,
  seed: number,
): ProfileAttributes[] {
  const kinds = kindsOf(shoppers);
  const random = createRandom(seed);
  let best: { modes: ProfileAttributes[]; shared: number } = { modes: [], shared: 0 };
  for (let start = 0; start < RESTARTS && kinds.length > 0; start++) {
    const modes = settle(kinds, begin(kinds, settings.clusters, random), settings);
    const shared = sharedValues(kinds, modes);
    if (shared > best.shared) best = { modes, shared };
  }
  return best.modes;
}

/** In an order that does not depend on who came first. */
function kindsOf(shoppers: Iterable<ProfileAttributes>): Kind[] {
  const known = new Map<string, { attributes: ProfileAttributes; shoppers: number }>();
  for (const attributes of shoppers) {
    const entries = Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1));
    if (entries.length === 0) continue;
    const key = JSON.stringify(entries);
    const kind = known.get(key);
    if (kind) kind.shoppers++;
    else known.set(key, { attributes: Object.fromEntries(entries), shoppers: 1 });
  }
  return [...known].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, kind]) => kind);
}

/** Starting modes: shoppers drawn by how many values they do not share with the nearest one so far. */
function begin(kinds: readonly Kind[], clusters: number, random: Random): ProfileAttributes[] {
  const modes: ProfileAttributes[] = [];
  while (modes.length < clusters) {
    const weights = kinds.map(({ attributes, shoppers }) => {
      const own = modes[nearestMode(modes, attributes)];
      return shoppers * (Object.keys(attributes).length - (own ? agreement(own, attributes) : 0));
    });
    let left = random.next() * weights.reduce((sum, weight) => sum + weight, 0);
    const at = weights.findIndex((weight) => {
      left -= weight;
      return weight > 0 && left < 0;
    });
    if (at < 0) break;
    modes.push(kinds[at]!.attributes);
  }
  return modes;
}

/**
 * Settles, and again without the smallest group as long as that is too small. Where members and modes chase each other for
 * ever, values that too few of the last members hold are let go.
 */
function settle(
  kinds: readonly Kind[],
  from: readonly ProfileAttributes[],
  { leastMembers }: ModeSettings,
): ProfileAttributes[] {
  let modes = inOrder(alternate(kinds, from, leastMembers));
  for (;;) {
    const small = tooSmall(kinds, modes, leastMembers);
    const next =
      small >= 0
        ? alternate(
            kinds,
            modes.filter((_, at) => at !== small),
            leastMembers,
          )
        : membersOf(kinds, modes).map((members, at) => heldOf(modes[at]!, members, leastMembers));
    if (same(inOrder(next), modes)) return modes;
    modes = inOrder(next);
  }
}

/** The mode's values that enough of the members hold. */
function heldOf(mode: ProfileAttributes, members: readonly Kind[], least: number): ProfileAttributes {
  const holders = (name: string, value: string): number =>
    count(members.filter(({ attributes }) => attributes[name] === value));
  return Object.fromEntries(Object.entries(mode).filter(([name, value]) => holders(name, value) >= least));
}

/** Ties go to the first, so which one is must not be left to chance. */
const inOrder = (modes: readonly ProfileAttributes[]): ProfileAttributes[] =>
  modes
    .map((mode) => [JSON.stringify(mode), mode] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, mode]) => mode);

const same = (a: readonly ProfileAttributes[], b: readonly ProfileAttributes[]): boolean =>
  JSON.stringify(a) === JSON.stringify(b);

/** Modes and members in turn until neither changes. */
function alternate(
  kinds: readonly Kind[],
  from: readonly ProfileAttributes[],
  least: number,
): ProfileAttributes[] {
  let modes = [...from];
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const next = membersOf(kinds, modes).map((members) => modeOf(members, least));
    if (same(next, modes)) break;
    modes = next;
  }
  return modes;
}

/** The smallest group of fewer shoppers than that; -1: there is none. */
function tooSmall(kinds: readonly Kind[], modes: readonly ProfileAttributes[], least: number): number {
  const sizes = membersOf(kinds, modes).map(count);
  const smallest = Math.min(...sizes);
  return smallest < least ? sizes.indexOf(smallest) : -1;
}

function membersOf(kinds: readonly Kind[], modes: readonly ProfileAttributes[]): Kind[][] {
  const members: Kind[][] = modes.map(() => []);
  for (const kind of kinds) members[nearestMode(modes, kind.attributes)]?.push(kind);
  return members;
}

/** By attribute the most frequent value, ties to the first by name, if enough hold it. */
function modeOf(members: readonly Kind[], least: number): ProfileAttributes {
  const held = new Map<string, Map<string, number>>();
  for (const { attributes, shoppers } of members)
    for (const [name, value] of Object.entries(attributes)) {
      const values = held.get(name) ?? new Map<string, number>();
      held.set(name, values.set(value, (values.get(value) ?? 0) + shoppers));
    }
  const mode: ProfileAttributes = {};
  for (const name of [...held.keys()].sort()) {
    const [[value, holders]] = [...held.get(name)!].sort(
      ([a, one], [b, other]) => other - one || (a < b ? -1 : 1),
    ) as [[string, number]];
    if (holders >= least) mode[name] = value;
  }
  return mode;
}

const agreement = (mode: ProfileAttributes, attributes: ProfileAttributes): number =>
  Object.entries(mode).filter(([name, value]) => attributes[name] === value).length;

const count = (members: readonly Kind[]): number => members.reduce((sum, { shoppers }) => sum + shoppers, 0);

/** Values that shoppers share with their modes: what k-modes makes as many as it can. */
const sharedValues = (kinds: readonly Kind[], modes: readonly ProfileAttributes[]): number =>
  kinds.reduce((sum, { attributes, shoppers }) => {
    const own = modes[nearestMode(modes, attributes)];
    return sum + (own ? shoppers * agreement(own, attributes) : 0);
  }, 0);
