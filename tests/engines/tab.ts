/** A page of some browser, driven by scripts alone, so that any driver can stand behind it. */
export interface Tab {
  goto(url: string): Promise<void>;
  /** @param body of an async function in the page; what it returns must be JSON */
  evaluate<T>(body: string): Promise<T>;
  close(): Promise<void>;
}

/** A browser as it is installed. Every tab starts with storage of its own. */
export interface BrowserEngine {
  readonly name: 'Chromium' | 'Firefox' | 'WebKitGTK';
  open(): Promise<Tab>;
  close(): Promise<void>;
}

/** Asks until `ready` holds, as a person would look at a page again. */
export async function until<T>(
  ask: () => Promise<T>,
  ready: (answer: T) => boolean,
  milliseconds = 20_000,
): Promise<T> {
  const end = Date.now() + milliseconds;
  for (;;) {
    const answer = await ask();
    if (ready(answer)) return answer;
    if (Date.now() > end) throw new Error(`not so within ${milliseconds} ms: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
