import type { Recorded } from '../evaluation/suite/ground.ts';
import type { ArtifactStore, RecordedRun } from '../store/contract.ts';
import type { BundlePart } from '../training/contract.ts';

/** A run with its files, which the artefact store checks by their hashes. */
export async function recordedRun(artifacts: ArtifactStore, run: RecordedRun): Promise<Recorded> {
  const parts = await Promise.all(
    run.parts.map(async ({ role, market, needed, level, sha256 }): Promise<BundlePart> => {
      const bytes = await artifacts.read(sha256);
      return {
        role,
        needed,
        bytes,
        ...(market === undefined ? {} : { market: market as NonNullable<BundlePart['market']> }),
        ...(level === undefined ? {} : { level }),
      };
    }),
  );
  return { name: run.run, trained: run.trained, parts };
}
