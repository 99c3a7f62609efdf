import { Presets, SingleBar } from 'cli-progress';
import type { Journal } from '../../models/contract.ts';

/** A journal that can be ended, leaving the terminal as it was. */
export interface CliJournal extends Journal {
  close(): void;
}

const QUIET: CliJournal = { stage() {}, log() {}, close() {} };
const WIDTH = 24;

/**
 * Bars and lines on a terminal's standard error; silence in a pipe, so that a log file holds no bars. A stage of
 * total 0 is one whose end is not known: it counts.
 */
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
        const bar = newBar(stream, name, total > 0);
        bar.start(total, done);
        current = { name, bar };
      } else {
        current.bar.setTotal(total);
        current.bar.update(done);
      }
      if (total > 0 && done >= total) close();
    },
    log(name, values) {
      close();
      const words = Object.entries(values).map(([key, value]) => `${key} ${shown(value)}`);
      stream.write(`  ${name.padEnd(WIDTH)} ${words.join('  ')}\n`);
    },
    close,
  };
}

function newBar(stream: NodeJS.WriteStream, name: string, endKnown: boolean): SingleBar {
  const what = endKnown ? '{bar} {percentage}%' : '{value}';
  const left = endKnown ? ', {eta_formatted} left' : '';
  const format = `  ${name.padEnd(WIDTH)} ${what} {duration_formatted}${left}`;
  return new SingleBar({ stream, format, hideCursor: false, barsize: WIDTH, fps: 5 }, Presets.shades_classic);
}

const shown = (value: number | string): string =>
  typeof value === 'number' && !Number.isInteger(value) ? value.toPrecision(4) : String(value);
