/**
 * What page and worker say to each other: calls and their answers, matched by number, and news from the worker that nobody
 * asked for. One message a call and one an answer; calls are answered in whatever order their work ends.
 */
export interface Port {
  postMessage(message: unknown): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

interface Call {
  readonly id: number;
  readonly name: string;
  readonly given: readonly unknown[];
}
interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly failure?: Failure;
}
interface News {
  readonly news: unknown;
}
/** What of an error crosses: an `Error` with the same name, message and code on the other side. */
interface Failure {
  readonly name: string;
  readonly message: string;
  readonly code?: unknown;
}

type Methods = Readonly<Record<string, (...given: never[]) => Promise<unknown>>>;
/** An api as its caller has it. */
export type Caller<Api> = <K extends keyof Api & string>(
  name: K,
  ...given: Api[K] extends (...given: infer Given) => unknown ? Given : never
) => Api[K] extends (...given: never[]) => infer Result ? Result : never;

/** The caller's side. An answer that never comes leaves its call unsettled: the caller sets the deadline. */
export function caller<Api>(port: Port, onNews: (news: never) => void): Caller<Api> {
  const waiting = new Map<number, (answer: Answer) => void>();
  let last = 0;
  port.addEventListener('message', ({ data }) => {
    const said = data as Answer | News;
    if ('news' in said) onNews(said.news as never);
    else {
      waiting.get(said.id)?.(said);
      waiting.delete(said.id);
    }
  });
  const call = (name: string, ...given: unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const id = ++last;
      // What cannot be cloned is refused here, and waits for nothing.
      port.postMessage({ id, name, given } satisfies Call);
      waiting.set(id, ({ value, failure }) => {
        if (failure === undefined) resolve(value);
        else reject(Object.assign(new Error(failure.message), failure));
      });
    });
  return call as unknown as Caller<Api>;
}

/** The answering side. @returns tells news */
export function answerCalls<Api extends object>(port: Port, api: Api): (news: unknown) => void {
  const answer = async ({ id, name, given }: Call): Promise<void> => {
    try {
      const method = (api as unknown as Methods)[name];
      if (method === undefined) throw new TypeError(`no method ${name}`);
      port.postMessage({ id, value: await method(...(given as never[])) } satisfies Answer);
    } catch (error) {
      const { name: kind, message, code } = error instanceof Error ? (error as Failure) : wordsOf(error);
      port.postMessage({ id, failure: { name: kind, message, code } } satisfies Answer);
    }
  };
  port.addEventListener('message', ({ data }) => void answer(data as Call));
  return (news) => port.postMessage({ news } satisfies News);
}

const wordsOf = (thrown: unknown): Failure => ({ name: 'Error', message: String(thrown) });
