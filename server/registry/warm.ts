import type { SiteId } from '../../shared/protocol/ids.ts';
import type { RecordedRun, Store } from '../store/contract.ts';

/** Runs in a row that may go on from one another: then one starts from nothing, so that what is kept does not grow old. */
const MOST_IN_A_ROW = 7;

/**
 * How many runs in a row will have gone on from the one before, a next warm one counted; undefined where the next should start
 * from nothing: nothing is published, it is time to, or the gate has just refused one that went on from the same champion.
 */
export function warmGeneration({ runs }: Store, site: SiteId): number | undefined {
  const { champion, challenger } = runs.aliases(site);
  if (champion === undefined) return undefined;
  const next = generationOf(runs.get(site, champion)) + 1;
  const refused =
    challenger !== undefined && runs.notes(site, challenger, 'verdict').at(-1)?.passed === false;
  if (refused && generationOf(runs.get(site, challenger)) > 0) return undefined;
  return next > MOST_IN_A_ROW ? undefined : next;
}

const generationOf = (run: RecordedRun | undefined): number =>
  Number(run?.trained.lineage.parameters?.['warm.generation'] ?? 0);
