import { type Summary, summarise } from './statistics.ts';

/** Something that is timed beside others. */
export interface Contender {
  /**
   * Runs `calls` calls, from the `from`-th question on.
   * @param together calls a reading of the clock: one call can be shorter than its step
   * @returns ms a call, one number for every `together` calls
   */
  laps(calls: number, together: number, from: number): Promise<readonly number[]>;
}

export interface Rounds {
  readonly rounds: number;
  /** ms of one contender's turn in a round */
  readonly turn: number;
}

/** One reading of the clock spans at least this many ms: forty of its steps on an isolated page. */
const READING = 0.2;
const MOST_READINGS = 100;
const LEAST_READINGS = 3;
/** Calls before any is counted, and turns after whose time a slow contender need make no more of them. */
const WARM_UP = { calls: 30, turns: 15 };

interface Turn {
  readonly contender: Contender;
  readonly together: number;
  readonly calls: number;
  readonly samples: number[];
}

/**
 * Everybody in turns, round by round, so that what else the machine does hits all alike; each round starts with
 * another, so that nobody always runs behind the same neighbour.
 * @returns ms a call, in the order of `contenders`
 */
export async function takeTurns(
  contenders: readonly Contender[],
  { rounds, turn }: Rounds,
): Promise<Summary[]> {
  const turns: Turn[] = [];
  for (const contender of contenders) turns.push(await warmUp(contender, turn));
  for (let round = 0; round < rounds; round++)
    for (let i = 0; i < turns.length; i++) {
      const { contender, calls, together, samples } = turns[(i + round) % turns.length]!;
      samples.push(...(await contender.laps(calls, together, round * calls)));
    }
  return turns.map(({ samples }) => summarise(samples));
}

async function warmUp(contender: Contender, turn: number): Promise<Turn> {
  let guess = Number.POSITIVE_INFINITY;
  let spent = 0;
  for (let done = 0; done < WARM_UP.calls && spent < WARM_UP.turns * turn; done += 3) {
    const [ms = 0] = await contender.laps(3, 3, done);
    guess = Math.min(guess, Math.max(ms, 1e-4));
    spent += 3 * ms;
  }
  const together = Math.max(1, Math.ceil(READING / guess));
  const readings = Math.round(turn / (together * guess));
  const calls = together * Math.min(MOST_READINGS, Math.max(LEAST_READINGS, readings));
  return { contender, together, calls, samples: [] };
}
