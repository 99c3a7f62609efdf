/** Work that shares one commit, and so one sync of the disk, with whatever else arrives within a few milliseconds. */
export interface GroupCommit {
  /** @returns what `work` returned, once it is on the disk; rejects with what `work` threw, alone undone */
  run<T>(work: () => T): Promise<T>;
  /** commits what waits */
  flush(): void;
}

interface Waiting {
  readonly work: () => unknown;
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * @param transaction nests: an inner one that throws undoes itself alone
 * @param within ms that the first waits at most
 * @param most works to a commit
 */
export function groupCommit(transaction: <T>(work: () => T) => T, within = 5, most = 100): GroupCommit {
  let waiting: Waiting[] = [];
  let timer: NodeJS.Timeout | undefined;

  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    const group = waiting;
    waiting = [];
    if (group.length === 0) return;
    const settle: (() => void)[] = [];
    try {
      transaction(() => {
        for (const { work, resolve, reject } of group) {
          try {
            const value = transaction(work);
            settle.push(() => resolve(value as never));
          } catch (error) {
            settle.push(() => reject(error));
          }
        }
      });
    } catch (error) {
      // The commit failed: nobody's work is on the disk.
      for (const { reject } of group) reject(error);
      return;
    }
    // Only now: an acknowledgement is a promise that a power cut cannot break.
    for (const one of settle) one();
  };

  return {
    flush,
    run: (work) =>
      new Promise((resolve, reject) => {
        waiting.push({ work, resolve, reject });
        if (waiting.length >= most) flush();
        else timer ??= setTimeout(flush, within);
      }),
  };
}
