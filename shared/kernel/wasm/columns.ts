import type { Standard } from '../contract.ts';
import { type Host, roundUp } from './host.ts';
import { type Place, widthOf } from './part.ts';

/** Some of a row's inputs, laid side by side as z-scores. */
export interface Columns {
  /** @param toColumn bytes from an input to the next one of its row */
  choose(columns: readonly number[], toColumn: number): void;
  gather(x: Place, rows: number, to: number): Place;
  free(): void;
}

export function placeColumns(host: Host, most: number, standard: Standard | undefined): Columns {
  const { exports, memory } = host;
  const room = roundUp(most, 4);
  const at = memory.take(12 * room);
  const [means, inverses] = [at + 4 * room, at + 8 * room];
  const limit = standard?.most ?? Number.POSITIVE_INFINITY;
  let chosen: readonly number[] = [];
  let laid = 0;
  return {
    choose: (columns, toColumn) => {
      if (columns === chosen && toColumn === laid) return;
      [chosen, laid] = [columns, toColumn];
      const { f32, u32 } = memory.views;
      for (let i = 0; i < roundUp(columns.length, 4); i++) {
        // Padding reads any column; `clear` makes zeros of it.
        const column = columns[i] ?? 0;
        const deviation = standard?.deviations[column] ?? 1;
        u32[at / 4 + i] = toColumn * column;
        f32[means / 4 + i] = standard?.means[column] ?? 0;
        f32[inverses / 4 + i] = deviation > 0 ? 1 / deviation : 0;
      }
    },
    gather: (x, rows, to) => {
      const count = roundUp(chosen.length, 4);
      const stride = 4 * widthOf(chosen.length);
      if (x.stride === 4 && rows > 1)
        exports.transpose(x.at, rows, at, means, inverses, limit, count, to, stride);
      else exports.gather(x.at, x.stride, rows, at, means, inverses, limit, count, to, stride);
      if (4 * chosen.length < stride) exports.clear(to, stride, rows, 4 * chosen.length, stride);
      return { at: to, stride };
    },
    free: () => memory.give(at),
  };
}
