import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SiteId } from '../../shared/protocol/ids.ts';
import { type Home, openHome } from '../home.ts';
import type { PublishContext } from '../publish/publish.ts';
import { trainedRelease } from '../publish/trained.case.ts';
import type { Exam, TrainedRelease } from '../training/contract.ts';
import { recordRun } from './record.ts';

export const SITE = 'shop' as SiteId;
export const NOW = 1_790_000_000_000;
/** Finds no browser: what Chromium says is a test of its own. */
export const NOWHERE = { PATH: '', TACIT_CHROMIUM: '/nowhere/chromium' };

export interface Bench {
  readonly home: Home;
  readonly context: PublishContext;
  record(own?: Partial<TrainedRelease> & { seed?: number }): Promise<string>;
  close(): void;
}

/** A home of its own with a site, where runs are recorded as training does it. */
export function registryBench(): Bench {
  const folder = mkdtempSync(join(tmpdir(), 'tacit-registry-'));
  const home = openHome(folder);
  home.store.sites.ensure(SITE, []);
  return {
    home,
    context: { ...home, now: () => NOW },
    record: (own = {}) => recordRun(home, SITE, trainedRelease(own)),
    close() {
      home.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Evidence of so many queries, each of a shopper of its own, answered as well as said. */
export function examOf(
  queries: number,
  {
    twin,
    exact = twin,
    popularity = 0.1,
    champion,
  }: { twin: number; exact?: number; popularity?: number; champion?: Exam['champion'] },
): Exam {
  const each = (mean: number) =>
    Array.from({ length: queries }, (_, at) => mean + (at % 2 === 0 ? 0.05 : -0.05));
  return {
    cut: NOW - 1000,
    asked: each(NOW),
    shoppers: Array.from({ length: queries }, (_, at) => at),
    twin: each(twin),
    exact: each(exact),
    popularity: each(popularity),
    files: trainedRelease().parts,
    ...(champion ? { champion } : {}),
  };
}

export const championAt = (run: string, queries: number, mean: number): NonNullable<Exam['champion']> => ({
  run,
  by: 'twin',
  ndcg: Array.from({ length: queries }, (_, at) => mean + (at % 3 === 0 ? 0.1 : -0.05)),
});
