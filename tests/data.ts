import { join } from 'node:path';
import { describe } from 'vitest';

/** Where real shop data lies (`TACIT_DATA`), or undefined: then tests on data are left out, and say so. */
export const dataFolder: string | undefined = process.env['TACIT_DATA'] || undefined;

/** A suite on real data. Its name carries the mark by which `npm test` sees that it ran. */
export function describeWithData(title: string, suite: (file: (path: string) => string) => void): void {
  if (dataFolder === undefined) console.info(`left out, TACIT_DATA is not set: ${title}`);
  describe.runIf(dataFolder !== undefined)(`[data] ${title}`, () =>
    suite((path) => join(dataFolder ?? '', path)),
  );
}
