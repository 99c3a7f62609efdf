import { RankerRefusal } from '../../shared/onnx/refusal.ts';
import { capMemory } from './memory.ts';
import type { FromRanker, ToRanker } from './messages.ts';
import { openRanker } from './open.ts';
import type { RankerSession } from './session.ts';

/**
 * The worker of a shop's own ranker, a script of its own: the device starts it when a ranker is first asked for, and
 * ends it when it hangs, fails or is no longer wanted. Whatever a model does, it does here.
 */
const MOST_MEMORY = 512 << 20;
capMemory(MOST_MEMORY);

const answer = (message: FromRanker, transfer: Transferable[] = []): void =>
  postMessage(message, { transfer });
let session: RankerSession | undefined;

async function handle(message: ToRanker): Promise<void> {
  if (message.kind === 'open') {
    session = await openRanker(message, () => answer({ kind: 'loaded' }));
    return answer({ kind: 'opened' });
  }
  if (session === undefined) throw new RankerRefusal('ranker-crash', 'asked before it was open');
  const logits = Float32Array.from(await session.rank(message.question));
  answer({ kind: 'ranked', logits }, [logits.buffer]);
}

addEventListener('message', ({ data }: MessageEvent<ToRanker>) => {
  handle(data).catch((error: unknown) => {
    const code = error instanceof RankerRefusal ? error.code : 'ranker-crash';
    answer({ kind: 'refused', code, message: error instanceof Error ? error.message : String(error) });
  });
});
