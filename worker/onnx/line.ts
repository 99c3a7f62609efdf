import { RankerRefusal, type RefusalCode } from '../../shared/onnx/refusal.ts';
import type { Host } from '../host.ts';
import type { FromRanker, ToRanker } from './messages.ts';
import type { RankerPort } from './port.ts';

/** How long an answer may take, and what it is called when it does not come. */
export interface Patience {
  readonly ms: number;
  readonly code: RefusalCode;
}
type Answer = Extract<FromRanker, { kind: 'opened' | 'ranked' }>;

/** Questions to a ranker's worker, one after another, each with a deadline of its own from when it is put. */
export interface Line {
  /**
   * @param computing patience from when the model is loaded
   * @param wanted asked just before it is put: whoever does not wait any more is answered `undefined` at once
   * @throws RankerRefusal; the line is of no use afterwards
   */
  ask(message: ToRanker, terms: Terms): Promise<Answer | undefined>;
  /** ends the worker; whoever waits is told `ranker-crash` */
  end(): void;
}

export interface Terms {
  readonly patience: Patience;
  readonly computing?: Patience;
  wanted?(): boolean;
}

interface Pending extends Terms {
  settle(answer: Answer | RankerRefusal): void;
  cancel(): void;
}

export function openLine(port: RankerPort, host: Pick<Host, 'later'>): Line {
  let pending: Pending | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  let ended = false;

  const settle = (answer: Answer | RankerRefusal): void => {
    const asked = pending;
    pending = undefined;
    asked?.cancel();
    asked?.settle(answer);
  };
  const wait = ({ ms, code }: Patience): (() => void) =>
    host.later(ms, () => settle(new RankerRefusal(code, `no answer within ${ms} ms`)));

  port.listen(
    (message) => {
      if (message.kind === 'refused') settle(new RankerRefusal(message.code, message.message));
      else if (message.kind !== 'loaded') settle(message);
      else if (pending?.computing !== undefined) {
        pending.cancel();
        pending.cancel = wait(pending.computing);
      }
    },
    (why) => settle(new RankerRefusal('ranker-crash', why)),
  );

  const put = (message: ToRanker, terms: Terms): Promise<Answer> =>
    new Promise((resolve, reject) => {
      if (ended) return reject(new RankerRefusal('ranker-crash', 'its worker was ended'));
      pending = {
        ...terms,
        cancel: wait(terms.patience),
        settle: (answer) => (answer instanceof RankerRefusal ? reject(answer) : resolve(answer)),
      };
      const { question } = message.kind === 'rank' ? message : { question: undefined };
      port.post(message, question ? [question.features.buffer, question.categories.buffer] : []);
    });

  return {
    ask(message, terms) {
      const mine = turn.then(() => (terms.wanted?.() === false ? undefined : put(message, terms)));
      turn = mine.catch(() => undefined);
      return mine;
    },
    end() {
      if (ended) return;
      ended = true;
      port.end();
      settle(new RankerRefusal('ranker-crash', 'its worker was ended'));
    },
  };
}
