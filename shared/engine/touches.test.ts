import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loadKernel } from '../kernel/load.ts';
import type { ItemId, ReleaseId, SessionId } from '../protocol/ids.ts';
import { EMPTY_PROFILE, type Interaction } from '../protocol/profile.ts';
import type { ShopperState } from './contract.ts';
import { openRelease } from './engine.ts';
import { SYNTHETIC_NOW, syntheticId, syntheticParts } from './synthetic.case.ts';
import { touchesOf } from './touches.ts';

const ITEMS = 1200;
const kernel = loadKernel({ build: 'js' });
const engine = openRelease(syntheticParts({ items: ITEMS, hidden: [4] }), 'r' as ReleaseId, kernel);
const SESSION = 's-now' as SessionId;

const interaction = fc.record({
  // The last few ids are of no item of the release.
  item: fc.integer({ min: ITEMS - 40, max: ITEMS + 4 }).map(syntheticId),
  kind: fc.constantFrom('view' as const, 'cart' as const, 'purchase' as const),
  time: fc.nat(9).map((step) => SYNTHETIC_NOW - step * 600_000),
  session: fc.constantFrom(SESSION, 's-before' as SessionId),
});

/** As the profile is told: its own interactions, then the session's that are not among them. */
function told({ profile, session }: ShopperState): Interaction[] {
  const keyOf = ({ item, kind, time }: Interaction) => `${time} ${kind} ${item}`;
  const kept = new Set(profile.interactions.filter((held) => held.session === session?.id).map(keyOf));
  return [...profile.interactions, ...(session?.interactions ?? []).filter((one) => !kept.has(keyOf(one)))];
}

const stateOf = (interactions: Interaction[], own: Interaction[], unused: ItemId[]): ShopperState => ({
  profile: { ...EMPTY_PROFILE, interactions, unused },
  session: {
    id: SESSION,
    startedAt: SYNTHETIC_NOW,
    lastAt: SYNTHETIC_NOW,
    depth: 0,
    interactions: own,
    applied: [],
  },
});

test('an engine that has seen other profiles resolves one as a plain reading does, whatever came, left or moved', () => {
  const list = fc.array(interaction, { maxLength: 30 });
  const profile = fc.record({
    drop: fc.nat(14),
    more: list,
    own: fc.nat(8),
    stray: fc.array(interaction, { maxLength: 2 }),
    unused: fc.array(fc.integer({ min: ITEMS - 40, max: ITEMS - 1 }).map(syntheticId), { maxLength: 2 }),
  });
  fc.assert(
    fc.property(fc.array(profile, { minLength: 1, maxLength: 6 }), (steps) => {
      let held: Interaction[] = [];
      for (const { drop, more, own, stray, unused } of steps) {
        held = [...held.slice(drop), ...more];
        const mine = held.filter(({ session }) => session === SESSION);
        const state = stateOf(held, [...mine.slice(mine.length - own), ...stray], unused);
        const found = touchesOf(engine, state, SYNTHETIC_NOW);
        const known = told(state).filter(({ item }) => item < syntheticId(ITEMS));
        const used = known.filter(({ item }) => !unused.includes(item));
        expect(found.touches).toEqual(
          used.map(({ item, kind, time, session: visit }) => ({
            row: engine.shard.ids.indexOf(item),
            item,
            kind,
            time,
            visit,
            current: visit === SESSION && SYNTHETIC_NOW - time <= 3_600_000,
          })),
        );
        const bought = known.filter(({ kind }) => kind === 'purchase').map(({ item }) => item);
        expect(found.bought).toEqual([...new Set(bought)].map((item) => engine.shard.ids.indexOf(item)));
      }
    }),
  );
});
