import type { Dataset } from '../../../models/contract.ts';
import { createRandom, type Random } from '../../../models/random.ts';
import type { ItemId } from '../../../shared/protocol/ids.ts';
import { InputError } from '../../catalogue/input.ts';
import { readItemAttributes, readSequences, type Sequence } from '../../catalogue/sequences/reader.ts';
import { buildCatalogue, rowsById } from '../../dataset/catalogue.ts';
import { arrange, type LooseInteraction, restrict } from '../../dataset/interactions.ts';
import type { Level, Plan, Query } from '../../training/plan.ts';
import { sample } from '../../training/shop-plan.ts';
import { bareItems } from './bare-items.ts';
import { CLOCK_END, MINUTE } from './unit-clock.ts';

/** Items held out of every user: the last for the test, the last but one for validation. */
const HELD_OUT = 2;

export interface SequenceFiles {
  readonly data: string;
  readonly attributes?: string;
}

export interface Sequences {
  readonly users: number;
  /** users with something before their last item, in file order: each asks one test query */
  readonly asked: readonly string[];
  readonly whole: Dataset;
}

/** `user item item ...` a line, in time order. @throws InputError */
export async function openSequences({ data, attributes }: SequenceFiles): Promise<Sequences> {
  const lines: Sequence[] = [];
  for await (const line of readSequences(data)) lines.push(line);
  const asked = lines.filter(({ items }) => items.length > 1).map(({ user }) => user);
  if (asked.length === 0)
    throw new InputError('value', { file: data }, { expected: 'a user with two items', found: 'none' });
  const known = attributes === undefined ? new Map() : await readItemAttributes(attributes);
  const catalogue = buildCatalogue(
    bareItems(
      lines.flatMap(({ items }) => items),
      known,
    ),
  );
  const rows = rowsById(catalogue);
  const views = function* () {
    for (const { user, items } of lines)
      for (const [at, id] of items.entries()) {
        const time = CLOCK_END - (items.length - at) * MINUTE;
        yield { user, item: rows.get(id)!, kind: 'view', time, visit: user } satisfies LooseInteraction;
      }
  };
  const interactions = arrange(views(), catalogue.groups.length);
  return {
    users: lines.length,
    asked,
    whole: { catalogue, interactions, until: CLOCK_END },
  };
}

/** The data without the last `held` items of every user. */
function shortened(whole: Dataset, held: number): Dataset {
  const { offsets } = whole.interactions;
  return {
    ...whole,
    interactions: restrict(whole.interactions, (row, user) => row < offsets[user + 1]! - held),
  };
}

/**
 * What the item `back` places before the end (0: the last) was preceded by. The whole history is profile and session;
 * it is excluded from the slate unless `keepHistory`.
 */
export function nextItemQueries(whole: Dataset, back: number, keepHistory = false): Query[] {
  const { users, offsets, item, time } = whole.interactions;
  const queries: Query[] = [];
  for (let user = 0; user < users; user++) {
    const from = offsets[user]!;
    const to = offsets[user + 1]! - 1 - back;
    if (to <= from) continue;
    const history = [...new Set(item.slice(from, to))];
    const exclude = history.map((row) => whole.catalogue.groups[row]!.id as ItemId);
    queries.push({
      from,
      to,
      session: from,
      request: { placement: 'for-you', ...(keepHistory ? {} : { exclude }) },
      targets: [item[to]!],
      now: time[to]!,
    });
  }
  return queries;
}

export interface SequencePlanSettings {
  readonly seed: number;
  /** queries a level for the ranker, and for choosing settings, at most */
  readonly queries: number;
  readonly validationQueries: number;
}

/**
 * The last two items of each user are never fitted. Settings are chosen on the last but one; the ranker learns on the
 * ones before that, from sources fitted before them, once with the lag that the test has (sources a step older than
 * the query) and once without.
 */
export function sequencePlan(whole: Dataset, settings: SequencePlanSettings): Plan {
  const random = createRandom(settings.seed);
  const fit = shortened(whole, HELD_OUT);
  const earlier = shortened(whole, HELD_OUT + 1);
  const earliest = shortened(whole, HELD_OUT + 2);
  const level = (data: Dataset, back: number): Level => ({
    fit: data,
    queries: answerable(whole, back, random, settings.queries),
  });
  return {
    whole,
    levels: [level(earlier, HELD_OUT), level(earliest, HELD_OUT + 1), level(earliest, HELD_OUT)],
    validation: { fit, queries: answerable(whole, 1, random, settings.validationQueries) },
    final: fit,
  };
}

/** Queries about an item that is not in its own history: with the history excluded no other can be answered. */
function answerable(whole: Dataset, back: number, random: Random, most: number): Query[] {
  const { item } = whole.interactions;
  const open = nextItemQueries(whole, back).filter(
    ({ from, to, targets }) => !item.subarray(from, to).includes(targets[0]!),
  );
  return sample(open, most, random);
}
