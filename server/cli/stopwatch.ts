import { cpuUsage } from 'node:process';

/** Ways to say what work took: both in ms, both from a start of their own, so that only differences mean something. */
export const STOPWATCH = {
  /** the host's monotonic clock */
  clock: (): number => performance.now(),
  /** what processors have spent for this process, all threads: what work beside it does not change */
  processor(): number {
    const { user, system } = cpuUsage();
    return (user + system) / 1000;
  },
};
