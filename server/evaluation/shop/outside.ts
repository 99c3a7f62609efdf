import { createReadStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Dataset } from '../../../models/contract.ts';
import { InputError, quoted } from '../../catalogue/input.ts';
import type { Baseline } from './baselines.ts';
import type { Task } from './evaluate.ts';
import type { TestQuery } from './tasks.ts';

/** Scores of an outside system, by query and item. */
export interface OutsideScores {
  readonly file: string;
  readonly byQuery: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly lines: number;
}

/** How an outside system names a query: the task, and its place among the task's queries. */
export const queryName = (task: Task, at: number): string => `${task}/${at}`;

/**
 * Lines of `query<TAB>item<TAB>score`, higher is better, in any order.
 * @throws InputError file, line, expected and found
 */
export async function readScores(file: string): Promise<OutsideScores> {
  if (!existsSync(file))
    throw new InputError('file-missing', { file }, { expected: 'a file', found: 'nothing at this path' });
  const byQuery = new Map<string, Map<string, number>>();
  let line = 0;
  const lines = createInterface({
    input: createReadStream(file, 'utf8'),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  for await (const text of lines) {
    line++;
    if (text === '') continue;
    const refuse = (expected: string, found: string): never => {
      throw new InputError('syntax', { file, line }, { expected, found });
    };
    const [query = '', item = '', written = '', ...more] = text.split('\t');
    const score = Number(written);
    if (query === '' || item === '' || more.length > 0)
      refuse('query, item and score with a tab between', quoted(text));
    if (written.trim() === '' || !Number.isFinite(score)) refuse('a finite score', quoted(written));
    const scores = byQuery.get(query) ?? new Map<string, number>();
    if (scores.has(item)) refuse('an item once a query', `${quoted(item)} again for ${quoted(query)}`);
    byQuery.set(query, scores.set(item, score));
  }
  return { file, byQuery, lines: line };
}

/** What is asked, without what would be right: one object a line of the questions file. */
export interface Question {
  readonly query: string;
  readonly placement: string;
  readonly time: string;
  /** item ids, oldest first: earlier visits, and what is in view or in the cart */
  readonly earlier: readonly string[];
  readonly current: readonly string[];
  /** must not be answered */
  readonly hidden: readonly string[];
  /** `known`: items seen before the window; `new`: first seen in it */
  readonly answers: 'known' | 'new';
}

const NEW: ReadonlySet<Task> = new Set(['newByHistory', 'newByCart']);

export function questionsOf(whole: Dataset, task: Task, queries: readonly TestQuery[]): Question[] {
  const idOf = (row: number): string => whole.catalogue.groups[row]!.id;
  return queries.map((query, at) => {
    const ids = (from: number, to: number): string[] =>
      Array.from(whole.interactions.item.subarray(from, to))
        .filter((row) => !query.without?.includes(row))
        .map(idOf);
    return {
      query: queryName(task, at),
      placement: query.request.placement,
      time: new Date(query.now).toISOString(),
      earlier: ids(query.from, query.session),
      current: ids(query.session, query.to),
      hidden: [...query.hidden].map(idOf),
      answers: NEW.has(task) ? 'new' : 'known',
    };
  });
}

export interface OutsideSystem {
  readonly baseline: Baseline;
  /** what of the file fits these queries and this catalogue, and what does not */
  readonly report: { readonly answered: number; readonly unanswered: number; readonly unknownItems: number };
}

/** The outside system as one more system of a task: what it did not score comes last, drawn by lot as for all. */
export function outsideSystem(
  { byQuery }: OutsideScores,
  { catalogue }: Dataset,
  { task, queries }: { readonly task: Task; readonly queries: readonly TestQuery[] },
): OutsideSystem {
  const rowOf = new Map(catalogue.groups.map(({ id }, row) => [id, row]));
  const nameOf = new Map(queries.map((query, at) => [query, queryName(task, at)]));
  const named = [...nameOf.values()].flatMap((name) => byQuery.get(name) ?? []);
  const unknownItems = named.reduce(
    (sum, scores) => sum + [...scores.keys()].filter((id) => !rowOf.has(id)).length,
    0,
  );
  return {
    baseline(query) {
      const scores = new Float64Array(catalogue.groups.length).fill(Number.NEGATIVE_INFINITY);
      for (const [id, score] of byQuery.get(nameOf.get(query) ?? '') ?? []) {
        const row = rowOf.get(id);
        if (row !== undefined) scores[row] = score;
      }
      return scores;
    },
    report: { answered: named.length, unanswered: queries.length - named.length, unknownItems },
  };
}

/** The outside system by task. @throws InputError where no query of the file is asked, or no item of it is the shop's */
export function outsideSystems(
  scores: OutsideScores,
  whole: Dataset,
  queries: Readonly<Record<Task, readonly TestQuery[]>>,
): Readonly<Record<Task, OutsideSystem>> {
  const tasks = Object.keys(queries) as Task[];
  const made = tasks.map((task) => [task, outsideSystem(scores, whole, { task, queries: queries[task] })]);
  const systems = Object.fromEntries(made) as Record<Task, OutsideSystem>;
  const asked = new Set(tasks.flatMap((task) => queries[task].map((_, at) => queryName(task, at))));
  const [example] = asked;
  const place = { file: scores.file };
  const own = [...scores.byQuery].filter(([name]) => asked.has(name));
  const refuse = (expected: string, found: string | undefined): never => {
    throw new InputError('value', place, { expected, found: found === undefined ? 'none' : quoted(found) });
  };
  if (example !== undefined && own.length === 0)
    refuse(
      `queries that are asked (--questions writes them), such as ${example}`,
      [...scores.byQuery.keys()][0],
    );
  const known = new Set<string>(whole.catalogue.groups.map(({ id }) => id));
  const items = own.flatMap(([, scored]) => [...scored.keys()]);
  if (example !== undefined && !items.some((id) => known.has(id)))
    refuse(`items of the shop, such as ${[...known][0]}`, items[0]);
  return systems;
}

/** How much of the file could be used, a line a task. */
export const coverageLines = (outside: Readonly<Record<string, OutsideSystem['report']>>): string[] =>
  Object.entries(outside).map(
    ([task, { answered, unanswered, unknownItems }]) =>
      `outside scores, ${task}: ${answered} queries answered, ${unanswered} not; ${unknownItems} scores of items that the shop has not`,
  );
