import { Cron } from 'croner';
import type { Logger } from '../../monitoring/log.ts';
import { type JobCommand, type JobOutcome, startJob } from './job.ts';

/** What a schedule counts. */
export interface ScheduleMeters {
  count(outcome: JobOutcome['outcome'] | 'skipped'): void;
  /** seconds that a training took, by what came of it */
  took(seconds: number): void;
}

export interface ScheduleOptions {
  /** five fields, or six with seconds; UTC */
  readonly pattern: string;
  readonly command: JobCommand;
  readonly log: Logger;
  readonly meters: ScheduleMeters;
  readonly now: () => number;
}

export class ScheduleError extends Error {
  override readonly name = 'ScheduleError';
  readonly code = 'bad-cron';
}

/**
 * Trains, judges and publishes at every time of the pattern. One at a time: a time that comes while a training runs is skipped
 * and told.
 * @throws ScheduleError for a pattern that cron cannot read
 */
export function startSchedule({ pattern, command, log, meters, now }: ScheduleOptions): {
  stop(): Promise<void>;
} {
  let running: ReturnType<typeof startJob> | undefined;
  const once = (): void => {
    if (running !== undefined) {
      meters.count('skipped');
      log.warn('scheduled training skipped: the one before is still running');
      return;
    }
    const started = now();
    log.info('scheduled training begins');
    running = startJob(command);
    running.ended.then((outcome) => {
      running = undefined;
      meters.count(outcome.outcome);
      meters.took((now() - started) / 1000);
      const level = outcome.outcome === 'published' || outcome.outcome === 'stopped' ? 'info' : 'error';
      log[level](outcome, `scheduled training ${outcome.outcome}`);
    });
  };
  const cron = openCron(pattern, once);
  return {
    async stop() {
      cron.stop();
      await running?.stop();
    },
  };
}

function openCron(pattern: string, once: () => void): Cron {
  try {
    return new Cron(pattern, { timezone: 'UTC', unref: true }, once);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ScheduleError(`expected a cron pattern such as "0 3 * * *", found "${pattern}": ${why}`);
  }
}
