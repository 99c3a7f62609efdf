import type { Ranker } from '../../../shared/engine/contract.ts';
import { CATEGORICALS, FEATURES } from '../../../shared/engine/features.ts';
import type { Network } from '../../../shared/kernel/contract.ts';
import { ARRIVES } from '../../training/settings.ts';
import { featuresOf, GROUPS } from '../benchmark/groups.ts';
import { answeringBy, type Respondent } from './ask.ts';
import { type Compared, type Variant, variant } from './variants.ts';

const OTHER = 'all others';
const CATEGORIES = 'categories';

/**
 * What each group of features is worth at serving: the ranker reads their means, or "missing" where they are categories.
 * Cheaper than a ranker trained without them, and an upper bound of what it would lose: nothing else could learn to
 * stand in. Nothing where the blend ranks.
 */
export function ablation(of: Respondent, compared: Compared): Variant[] {
  const { ranker } = of.engine;
  if (ranker === undefined) return [];
  const found = ablated().map(({ name, features }) =>
    variant(
      answeringBy(of, { ranker: neutralised(ranker, features) }),
      { name, means: `${features.size} features at their means` },
      compared,
    ),
  );
  if (ranker.kind !== 'deep') return found;
  const means = `${CATEGORICALS.length} categories missing`;
  const without = answeringBy(of, { ranker: withoutCategories(ranker) });
  return [...found, variant(without, { name: CATEGORIES, means }, compared)];
}

/**
 * The groups, and one of what is in none. No group has the gate that opens one of two networks (`models/ranker/apart.ts`): at its
 * mean neither answers, which says nothing of what is known.
 */
export function ablated(): { readonly name: string; readonly features: ReadonlySet<string> }[] {
  const gate = FEATURES[ARRIVES]!.name;
  const groups = Object.keys(GROUPS).map((name) => ({ name, features: featuresOf([name]) }));
  const grouped = new Set(groups.flatMap(({ features }) => [...features]));
  const others = new Set(FEATURES.map(({ name }) => name).filter((name) => !grouped.has(name)));
  for (const { features } of groups) features.delete(gate);
  return [...groups, { name: OTHER, features: others }].filter(({ features }) => features.size > 0);
}

/** The same ranker, to which some features always are what they are on average. */
export function neutralised(ranker: Ranker, features: ReadonlySet<string>): Ranker {
  const { network, means } = ranker;
  const columns = FEATURES.flatMap(({ name }, at) => (features.has(name) ? [at] : []));
  const width = FEATURES.length;
  return {
    ...ranker,
    network: through(network, {
      run(x, rows, categories) {
        for (let row = 0; row < rows; row++) for (const at of columns) x[row * width + at] = means[at]!;
        return network.run(x, rows, categories);
      },
      runColumns(x, rows, categories) {
        for (const at of columns) x.fill(means[at]!, at * rows, (at + 1) * rows);
        return network.runColumns(x, rows, categories);
      },
    }),
  };
}

function withoutCategories(ranker: Ranker): Ranker {
  const { network } = ranker;
  const none = (categories: Uint16Array | undefined) => categories && new Uint16Array(categories.length);
  return {
    ...ranker,
    network: through(network, {
      run: (x, rows, categories) => network.run(x, rows, none(categories)),
      runColumns: (x, rows, categories) => network.runColumns(x, rows, none(categories)),
    }),
  };
}

const through = (network: Network, own: Pick<Network, 'run' | 'runColumns'>): Network => ({
  inputs: network.inputs,
  outputs: network.outputs,
  input: (rows) => network.input(rows),
  ...own,
  free: () => network.free(),
});
