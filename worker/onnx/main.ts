import { expose, transfer } from 'comlink';
import { RankerRefusal } from '../../shared/onnx/refusal.ts';
import type { Question } from './columns.ts';
import { capMemory } from './memory.ts';
import type { FromRanker, RankerApi } from './messages.ts';
import { openRanker } from './open.ts';
import type { RankerSession } from './session.ts';

/**
 * The worker of a shop's own ranker, a script of its own: the device starts it when a ranker is first asked for, and
 * ends it when it hangs, fails or is no longer wanted. Whatever a model does, it does here.
 */
const MOST_MEMORY = 512 << 20;
capMemory(MOST_MEMORY);

let session: RankerSession | undefined;

async function refusalOf(error: unknown): Promise<FromRanker> {
  const code = error instanceof RankerRefusal ? error.code : 'ranker-crash';
  return { kind: 'refused', code, message: error instanceof Error ? error.message : String(error) };
}

async function open(opening: Parameters<RankerApi['open']>[0], loaded: () => void): Promise<FromRanker> {
  session = await openRanker(opening, loaded);
  return { kind: 'opened' };
}

async function rank(question: Question): Promise<FromRanker> {
  if (session === undefined) throw new RankerRefusal('ranker-crash', 'asked before it was open');
  const logits = Float32Array.from(await session.rank(question));
  return transfer({ kind: 'ranked', logits }, [logits.buffer]);
}

const api: RankerApi = {
  open: (opening, loaded) => open(opening, loaded).catch(refusalOf),
  rank: (question) => rank(question).catch(refusalOf),
};
expose(api);
