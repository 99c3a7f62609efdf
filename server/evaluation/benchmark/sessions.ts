import type { Dataset } from '../../../models/contract.ts';
import { createRandom } from '../../../models/random.ts';
import { InputError } from '../../catalogue/input.ts';
import { readSessions, type Session } from '../../catalogue/sequences/reader.ts';
import { buildCatalogue, rowsById } from '../../dataset/catalogue.ts';
import { arrange, type LooseInteraction, restrict } from '../../dataset/interactions.ts';
import type { Plan, Query } from '../../training/plan.ts';
import { sample } from '../../training/shop-plan.ts';
import { bareItems } from './bare-items.ts';
import { CLOCK_END, MINUTE, SESSION_SPAN } from './unit-clock.ts';

export interface SessionFiles {
  readonly train: string;
  readonly test: string;
}

export interface Sessions {
  readonly trainSessions: number;
  readonly testSessions: number;
  /** train sessions first, then test sessions, each a user of its own */
  readonly whole: Dataset;
}

/** A session a line, items in click order, train sessions in time order. @throws InputError */
export async function openSessions({ train, test }: SessionFiles): Promise<Sessions> {
  const trained = await allOf(train);
  const tested = await allOf(test);
  if (!tested.some(({ items }) => items.length > 1))
    throw new InputError('value', { file: test }, { expected: 'a session of two clicks', found: 'none' });
  const catalogue = buildCatalogue(
    bareItems(
      [...trained, ...tested].flatMap(({ items }) => items),
      new Map(),
    ),
  );
  const rows = rowsById(catalogue);
  const clicks = function* (lines: readonly Session[], name: string, startOf: (at: number) => number) {
    for (const [at, { items }] of lines.entries()) {
      const visit = `${name}${at}`;
      for (const [click, id] of items.entries()) {
        const time = startOf(at) + click * MINUTE;
        yield { user: visit, item: rows.get(id)!, kind: 'view', time, visit } satisfies LooseInteraction;
      }
    }
  };
  const step = SESSION_SPAN / trained.length;
  const loose = function* () {
    yield* clicks(trained, 'train', (at) => CLOCK_END - (trained.length - at) * step);
    yield* clicks(tested, 'test', () => CLOCK_END);
  };
  const interactions = arrange(loose(), catalogue.groups.length);
  return {
    trainSessions: trained.length,
    testSessions: tested.length,
    whole: { catalogue, interactions, until: CLOCK_END },
  };
}

async function allOf(file: string): Promise<Session[]> {
  const sessions: Session[] = [];
  for await (const session of readSessions(file)) sessions.push(session);
  return sessions;
}

/** Every prefix of the sessions from .. to asks for its next click; clicks may come again. */
export function prefixQueries(whole: Dataset, sessions: { from: number; to: number }): Query[] {
  const { offsets, item, time } = whole.interactions;
  const queries: Query[] = [];
  for (let s = sessions.from; s < sessions.to; s++)
    for (let row = offsets[s]! + 1; row < offsets[s + 1]!; row++)
      queries.push({
        from: offsets[s]!,
        to: row,
        session: offsets[s]!,
        request: { placement: 'for-you' },
        targets: [item[row]!],
        now: time[row]!,
      });
  return queries;
}

export interface SessionPlanSettings {
  readonly seed: number;
  readonly queries: number;
  readonly validationQueries: number;
}

/** The newest of the sessions before the test: three in a hundred. */
export const validationSessions = (trainSessions: number): { from: number; to: number } => ({
  from: Math.floor(trainSessions * 0.97),
  to: trainSessions,
});

/**
 * Sources are fitted on the first nine tenths of the sessions; of the newest tenth the first seven parts in ten teach
 * the ranker and the rest chooses settings; then the sources are fitted on all of train. Cut by session, since a later
 * prefix holds the target of an earlier one.
 */
export function sessionPlan({ whole, trainSessions }: Sessions, settings: SessionPlanSettings): Plan {
  const random = createRandom(settings.seed);
  const cut = Math.floor(trainSessions * 0.9);
  const { from: half } = validationSessions(trainSessions);
  const firstTest = whole.interactions.offsets[trainSessions]!;
  const until = (session: number): number => CLOCK_END - SESSION_SPAN * (1 - session / trainSessions);
  const fit: Dataset = {
    ...whole,
    until: until(cut),
    interactions: restrict(whole.interactions, (_, user) => user < cut),
  };
  const final: Dataset = {
    ...whole,
    interactions: restrict(whole.interactions, (row) => row < firstTest),
  };
  const ask = (from: number, to: number, most: number): Query[] =>
    sample(prefixQueries(whole, { from, to }), most, random);
  return {
    whole,
    levels: [{ fit, queries: ask(cut, half, settings.queries) }],
    validation: { fit, queries: ask(half, trainSessions, settings.validationQueries) },
    final,
  };
}
