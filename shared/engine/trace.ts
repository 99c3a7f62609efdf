import type { Moment } from './contract.ts';

export type Stage = <T>(name: string, run: () => T) => T;

/** Runs stages, and notes how long each took where the host wants to know. */
export function traced(trace: Moment['trace']): Stage {
  if (trace === undefined) return (_name, run) => run();
  return (name, run) => {
    const from = trace.clock();
    const result = run();
    trace.stages[name] = (trace.stages[name] ?? 0) + trace.clock() - from;
    return result;
  };
}
