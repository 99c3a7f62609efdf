import type { Dataset } from '../../../models/contract.ts';
import type { BootstrapSettings } from '../bootstrap.ts';
import { countsOf, estimates, type Metrics, rankingOf } from './measure.ts';
import type { Asked } from './questions.ts';

export interface Slice {
  readonly name: string;
  readonly means: string;
  readonly queries: number;
  readonly metrics: Metrics;
}

interface Cut {
  readonly name: string;
  readonly means: string;
  /** which questions */
  readonly of?: (query: Asked) => boolean;
  /** which right answers count; questions without one are left out */
  readonly answers?: (row: number) => boolean;
}

/**
 * The same slates, graded on parts of the questions (new shoppers, each placement) and on parts of the right answers
 * (items that the window brought, and thirds of the known items by how often they occurred before it).
 */
export function slices(
  slates: readonly (readonly number[])[],
  queries: readonly Asked[],
  { fit, intervals }: { readonly fit: Dataset; readonly intervals: BootstrapSettings },
): Slice[] {
  const placements = [...new Set(queries.map(({ request }) => request.placement))].sort();
  const cuts: Cut[] = [
    { name: 'all', means: 'every question' },
    { name: 'known shoppers', means: 'with a history before the window', of: ({ isNew }) => !isNew },
    { name: 'new shoppers', means: 'first seen in the window', of: ({ isNew }) => isNew },
    ...itemCuts(fit),
    ...placements.map(
      (placement): Cut => ({
        name: placement,
        means: 'this placement alone',
        of: ({ request }) => request.placement === placement,
      }),
    ),
  ];
  return cuts.map((cut) => grade(cut, { slates, queries }, intervals));
}

function grade(
  { name, means, of = () => true, answers = () => true }: Cut,
  {
    slates,
    queries,
  }: { readonly slates: readonly (readonly number[])[]; readonly queries: readonly Asked[] },
  intervals: BootstrapSettings,
): Slice {
  const kept = queries.flatMap((query, at) => {
    const targets = query.targets.filter(answers);
    return of(query) && targets.length > 0 ? [{ slate: slates[at]!, targets, shopper: query.shopper }] : [];
  });
  const values = rankingOf(
    kept.map(({ slate }) => slate),
    kept.map(({ targets }) => targets),
  );
  const shoppers = kept.map(({ shopper }) => shopper);
  return { name, means, queries: kept.length, metrics: estimates(values, shoppers, intervals) };
}

/** Thirds of the items that occurred at all, most frequent first; ties in catalogue order. */
function itemCuts(fit: Dataset): Cut[] {
  const counts = countsOf(fit);
  const known = [...counts.keys()].filter((row) => counts[row]! > 0);
  known.sort((a, b) => counts[b]! - counts[a]! || a - b);
  const third = new Map(known.map((row, place) => [row, Math.floor((3 * place) / known.length)]));
  const part = (name: string, at: number): Cut => ({
    name,
    means: `right answers in the ${['most', 'middle', 'least'][at]!} frequent third of known items`,
    answers: (row) => third.get(row) === at,
  });
  return [
    {
      name: 'new items',
      means: 'right answers that nobody had touched before',
      answers: (row) => !third.has(row),
    },
    part('head', 0),
    part('middle', 1),
    part('tail', 2),
  ];
}
