import { describe, expect, it } from 'vitest';
import { groupCommit } from './group-commit.ts';

/** A transaction that notes what began, and can fail at its end as a full disk does. */
function journal() {
  const log: string[] = [];
  let depth = 0;
  let full = false;
  const transaction = <T>(work: () => T): T => {
    if (depth === 0) log.push('begin');
    depth++;
    try {
      const value = work();
      if (depth === 1 && full) throw new Error('disk full');
      return value;
    } finally {
      depth--;
      if (depth === 0) log.push(full ? 'rollback' : 'commit');
    }
  };
  return { log, transaction, fill: () => (full = true) };
}

describe('a group commit', () => {
  it('makes one commit of what arrives together, and answers after it', async () => {
    const { log, transaction } = journal();
    const commits = groupCommit(transaction);
    const answers = [1, 2, 3].map((n) =>
      commits
        .run(() => {
          log.push(`work ${n}`);
          return n * 10;
        })
        .then((value) => {
          log.push(`answer ${n}`);
          return value;
        }),
    );
    expect(await Promise.all(answers)).toEqual([10, 20, 30]);
    expect(log).toEqual([
      'begin',
      ...[1, 2, 3].map((n) => `work ${n}`),
      'commit',
      ...[1, 2, 3].map((n) => `answer ${n}`),
    ]);
  });

  it('fails the one whose work threw, and not its neighbours', async () => {
    const { transaction } = journal();
    const commits = groupCommit(transaction);
    const bad = commits.run(() => {
      throw new Error('mine');
    });
    const good = commits.run(() => 'fine');
    await expect(bad).rejects.toThrow('mine');
    expect(await good).toBe('fine');
  });

  it('acknowledges nobody when the commit fails', async () => {
    const { transaction, fill } = journal();
    fill();
    const commits = groupCommit(transaction);
    const both = await Promise.allSettled([commits.run(() => 1), commits.run(() => 2)]);
    expect(both.map((one) => one.status)).toEqual(['rejected', 'rejected']);
  });

  it('does not wait for more when enough wait, nor when told to flush', async () => {
    const { log, transaction } = journal();
    const commits = groupCommit(transaction, 1e6, 2);
    await Promise.all([commits.run(() => 1), commits.run(() => 2)]);
    const last = commits.run(() => 3);
    commits.flush();
    expect(await last).toBe(3);
    expect(log.filter((line) => line === 'commit')).toHaveLength(2);
  });
});
