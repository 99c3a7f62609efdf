import { Presets, SingleBar } from 'cli-progress';
import type { Journal } from '../../models/contract.ts';

/** A journal that can be ended, leaving the terminal as it was. */
export interface CliJournal extends Journal {
  close(): void;
}

const QUIET: CliJournal = { stage() {}, log() {}, close() {} };

/** Bars and lines on a terminal's standard error; silence in a pipe, so that a log file holds no bars. */
export function cliJournal(stream: NodeJS.WriteStream): CliJournal {
  if (!stream.isTTY) return QUIET;
  let current: { name: string; bar: SingleBar } | undefined;

  const close = (): void => {
    current?.bar.stop();
    current = undefined;
  };

  return {
    stage(name, done, total) {
      if (current?.name !== name) {
        close();
        const bar = new SingleBar(
          {
            stream,
            format: `  ${name.padEnd(24)} {bar} {percentage}% {duration_formatted}`,
            hideCursor: false,
            barsize: 24,
            fps: 5,
            emptyOnZero: true,
          },
          Presets.shades_classic,
        );
        bar.start(total, done);
        current = { name, bar };
      } else {
        current.bar.setTotal(total);
        current.bar.update(done);
      }
      if (done >= total) close();
    },
    log(name, values) {
      close();
      const words = Object.entries(values).map(([key, value]) => `${key} ${shown(value)}`);
      stream.write(`  ${name.padEnd(24)} ${words.join('  ')}\n`);
    },
    close,
  };
}

const shown = (value: number | string): string =>
  typeof value === 'number' && !Number.isInteger(value) ? value.toPrecision(4) : String(value);
