import { BundleError } from '../../../shared/bundle/error.ts';
import type { Engine } from '../../../shared/engine/contract.ts';
import { closeEngine, openRelease } from '../../../shared/engine/engine.ts';
import { EngineError } from '../../../shared/engine/error.ts';
import { goldenState } from '../../../shared/engine/golden.ts';
import { recommend } from '../../../shared/engine/recommend.ts';
import { loadKernel } from '../../../shared/kernel/load.ts';
import { type ItemId, mintRecId, type ReleaseId } from '../../../shared/protocol/ids.ts';
import type { Check } from '../contract.ts';
import type { GateLimits } from './limits.ts';

type Files = ReadonlyMap<string, Uint8Array>;
const SESSIONS = 200;
const AT = 10;

/** How far a release is from the one before it: a broken feed, a poisoned item, a model that says one thing to everybody. */
export function driftChecks(
  files: { readonly run: Files; readonly champion: Files | undefined },
  now: number,
  limits: GateLimits,
): Check[] {
  if (files.champion === undefined) return [];
  const kernel = loadKernel();
  const own = openRelease(files.run, 'gate' as ReleaseId, kernel);
  try {
    const before = openRelease(files.champion, 'gate' as ReleaseId, kernel);
    const checks = [...catalogueChecks(own, before, limits), ...slateChecks(own, before, { now, limits })];
    closeEngine(before);
    return checks;
  } catch (error) {
    if (!(error instanceof EngineError || error instanceof BundleError)) throw error;
    return [unread(error)];
  } finally {
    closeEngine(own);
  }
}

/** A release of an older Tacit may read features that are gone. */
const unread = ({ message }: Error): Check => ({
  ...{ name: 'drift', found: message, expected: 'a champion that this Tacit can open', passed: true },
  warning: `not tested: ${message}`,
});

const percent = (value: number): string => `${(100 * value).toFixed(1)}%`;

/** Share of all popularity by item. */
function shares({ shard }: Engine): Map<string, number> {
  const popularity = shard.column('popularity');
  const total = popularity.reduce((sum, value) => sum + value, 0) || 1;
  const of = new Map<string, number>();
  popularity.forEach((value, row) => {
    of.set(shard.ids.idAt(row), value / total);
  });
  return of;
}

function catalogueChecks(own: Engine, before: Engine, limits: GateLimits): Check[] {
  const [now, then] = [shares(own), shares(before)];
  const kept = [...then.keys()].filter((id) => now.has(id)).length / Math.max(1, then.size);
  let shift = 0;
  let risen = { id: 'none', by: 0 };
  for (const id of new Set([...now.keys(), ...then.keys()])) {
    const by = (now.get(id) ?? 0) - (then.get(id) ?? 0);
    shift += Math.abs(by) / 2;
    if (by > risen.by) risen = { id, by };
  }
  return [
    {
      name: 'items kept',
      found: `${percent(kept)} of the champion's ${then.size} items, ${now.size} in all`,
      expected: `${percent(limits.itemsKept)} at least`,
      passed: kept >= limits.itemsKept,
      figures: { kept },
    },
    {
      name: 'popularity',
      found: `${percent(shift)} of it moved; most by ${risen.id}, ${percent(risen.by)}`,
      expected: `at most ${percent(limits.popularityShift)} moved, and ${percent(limits.itemShare)} by one item`,
      passed: shift <= limits.popularityShift && risen.by <= limits.itemShare,
      figures: { shift, risen: risen.by },
    },
  ].map((check) => ({ ...check, name: `drift: ${check.name}` }));
}

function slateChecks(
  own: Engine,
  before: Engine,
  { now, limits }: { readonly now: number; readonly limits: GateLimits },
): Check[] {
  const sessions = fixedSessions(before, own);
  if (sessions.length === 0) return [];
  const answers = (engine: Engine) => sessions.map((views) => slateOf(engine, views, now));
  const [ours, theirs] = [answers(own), answers(before)];
  const overlaps = ours.map((slate, at) => shared(slate, theirs[at]!));
  const overlap = overlaps.reduce((sum, value) => sum + value, 0) / overlaps.length;
  const [seen, known] = [exposures(ours), exposures(theirs)];
  const coverage = seen.size / Math.max(1, known.size);
  let risen = { id: 'none', by: 0 };
  for (const [id, share] of seen) {
    const by = share - (known.get(id) ?? 0);
    if (by > risen.by) risen = { id, by };
  }
  return [
    {
      name: 'drift: slates',
      found: `${percent(overlap)} as the champion's, over ${sessions.length} sessions`,
      expected: `${percent(limits.slateOverlap)} at least`,
      passed: overlap >= limits.slateOverlap,
      figures: { overlap },
    },
    {
      name: 'drift: one item everywhere',
      found: `${risen.id} in ${percent(risen.by)} more of them`,
      expected: `at most ${percent(limits.itemExposure)} more`,
      passed: risen.by <= limits.itemExposure,
      figures: { risen: risen.by },
    },
    {
      name: 'drift: coverage',
      found: `${seen.size} different items, the champion ${known.size}`,
      expected: `${limits.coverage} times as many at least`,
      passed: coverage >= limits.coverage,
      figures: { coverage },
    },
  ];
}

/** One to three views each, over the champion's items from the most popular on: the same whatever the challenger is. */
function fixedSessions(before: Engine, own: Engine): (readonly ItemId[])[] {
  const ids = [...before.index.popular].map((row) => before.shard.ids.idAt(row));
  const held = new Set(Array.from({ length: own.shard.items }, (_, row) => own.shard.ids.idAt(row)));
  const both = ids.filter((id) => held.has(id)) as ItemId[];
  const step = Math.max(1, Math.floor(both.length / SESSIONS));
  return both
    .filter((_, at) => at % step === 0)
    .slice(0, SESSIONS)
    .map((id, at) =>
      [both[(7 * at + 3) % both.length]!, both[(13 * at + 5) % both.length]!, id].slice(-1 - (at % 3)),
    );
}

function slateOf(engine: Engine, views: readonly ItemId[], now: number): string[] {
  const moment = { now, seed: 0, recId: mintRecId(0, new Uint8Array(10)), utcOffsetMinutes: 0 };
  const request = { placement: 'for-you' as const, limit: AT };
  const { entries } = recommend(engine, goldenState({ views: [...views], now }), request, {
    ...moment,
    rules: 'on',
  });
  return entries.map(({ item }) => item);
}

const shared = (a: readonly string[], b: readonly string[]): number =>
  a.filter((item) => b.includes(item)).length / Math.max(1, Math.min(a.length, b.length));

/** Share of the slates that each item is in. */
function exposures(slates: readonly (readonly string[])[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const id of slates.flat()) counts.set(id, (counts.get(id) ?? 0) + 1 / slates.length);
  return counts;
}
