import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadKernel } from '../kernel/load.ts';
import type { ItemId, ReleaseId } from '../protocol/ids.ts';
import { PLACEMENTS } from '../protocol/placement.ts';
import type { SlateRequest } from '../protocol/slate.ts';
import type { Engine, Moment, ShopperState } from './contract.ts';
import { closeEngine, openRelease } from './engine.ts';
import { evidence } from './evidence.ts';
import { recommend } from './recommend.ts';
import { score } from './score.ts';
import { applyEvents } from './session.ts';
import { eventOf, moment, NOBODY } from './shop.case.ts';
import { SYNTHETIC_NOW, syntheticId, syntheticParts } from './synthetic.case.ts';

const ITEMS = 1200;
const kernel = loadKernel();
const parts = syntheticParts({ items: ITEMS, hidden: [24, 8], settings: { ranked: 300 } });
const open = (): Engine => openRelease(parts, 'r' as ReleaseId, kernel);

const views = fc.array(
  fc.tuple(
    fc.constantFrom('view' as const, 'select' as const, 'cart' as const, 'purchase' as const),
    fc.nat(ITEMS - 1),
    fc.nat(3000),
  ),
  { maxLength: 40 },
);
const question = fc.record({
  shopper: fc.nat(3),
  /** how many of the shopper's events have happened: a session that grows, and one that starts anew */
  upTo: fc.nat(40),
  placement: fc.constantFrom(...PLACEMENTS),
  seeds: fc.array(fc.nat(ITEMS - 1), { maxLength: 3 }),
  rules: fc.constantFrom('on' as const, 'off' as const),
  limit: fc.integer({ min: 1, max: 30 }),
  /** what else the engine is asked before */
  aside: fc.constantFrom('nothing' as const, 'score' as const, 'evidence' as const),
});
type Question = typeof question extends fc.Arbitrary<infer T> ? T : never;

function asked(question: Question, shoppers: readonly ShopperState[][]) {
  const states = shoppers[question.shopper]!;
  const items = question.seeds.map(syntheticId) as ItemId[];
  const request: SlateRequest = {
    placement: question.placement,
    limit: question.limit,
    ...(items.length > 0 ? { items } : {}),
  };
  const at: Moment = moment({ now: SYNTHETIC_NOW, rules: question.rules, seed: question.limit });
  return { state: states[Math.min(question.upTo, states.length - 1)]!, request, moment: at };
}

/** The states of a shopper after each event. */
function lifeOf(
  deeds: readonly (readonly [Parameters<typeof eventOf>[0][0], number, number])[],
): ShopperState[] {
  const states = [NOBODY];
  for (const [kind, row, ago] of [...deeds].sort((a, b) => b[2] - a[2]))
    states.push(applyEvents(states.at(-1)!, [eventOf([kind, syntheticId(row), ago])]));
  return states;
}

describe('an engine that has answered others before', () => {
  test('gives the slates that a fresh one gives, bit for bit, whatever was asked in whatever order', () => {
    fc.assert(
      fc.property(
        fc.array(views, { minLength: 4, maxLength: 4 }),
        fc.array(question, { minLength: 2, maxLength: 8 }),
        (deeds, questions) => {
          const shoppers = deeds.map(lifeOf);
          const used = open();
          for (const one of questions) {
            const { state, request, moment: now } = asked(one, shoppers);
            if (one.aside === 'score') score(used, state, request, now);
            if (one.aside === 'evidence')
              evidence(used, state, { request, moment: now }, syntheticId(one.upTo));
            const found = recommend(used, state, request, now);
            const fresh = open();
            expect(found).toEqual(recommend(fresh, state, request, now));
            closeEngine(fresh);
          }
          closeEngine(used);
        },
      ),
      { numRuns: 12 },
    );
  });
});
