import type { Sha256, SiteId } from '../../shared/protocol/ids.ts';
import { type Level, partsOfLevel } from '../../shared/protocol/level.ts';
import type { ArtifactStore, RecordedRun, Store } from '../store/contract.ts';
import type { BundlePart, Champion, TrainedRelease } from '../training/contract.ts';
import type { RecordedExam } from './contract.ts';

/** Where runs are kept. */
export interface Registry {
  readonly store: Store;
  readonly artifacts: ArtifactStore;
}

/** Keeps a run, its files and the evidence for the gate: all of it or nothing. @returns the run's name */
export async function recordRun(
  { store, artifacts }: Registry,
  site: SiteId,
  trained: TrainedRelease,
): Promise<string> {
  const put = (parts: readonly BundlePart[]) => Promise.all(parts.map(({ bytes }) => artifacts.put(bytes)));
  const artefacts = await put(trained.parts);
  const { exam } = trained;
  const twin = exam && (await put(exam.files));
  return store.transaction(() => {
    const run = store.runs.record(site, trained, artefacts);
    if (exam && twin) {
      const files = exam.files.map(({ role }, at) => ({ role, sha256: twin[at] as Sha256 }));
      store.runs.note(site, run, 'exam', { ...exam, files });
    }
    return run;
  });
}

export const examOf = ({ store }: Registry, site: SiteId, run: string): RecordedExam | undefined =>
  store.runs.notes(site, run, 'exam').at(-1);

/** The published run with its files, to be compared with; undefined: nothing is published. @throws ArtifactError */
export async function openChampion(registry: Registry, site: SiteId): Promise<Champion | undefined> {
  const { champion } = registry.store.runs.aliases(site);
  const run = champion === undefined ? undefined : registry.store.runs.get(site, champion);
  if (run === undefined) return undefined;
  const exam = examOf(registry, site, run.run);
  return {
    run: run.run,
    // Of a run that does not say: it was fitted on whatever was there.
    until: run.trained.lineage.until ?? run.recordedAt,
    files: await filesOf(registry.artifacts, run),
    ...(exam ? { twin: { cut: exam.cut, files: await readAll(registry.artifacts, exam.files) } } : {}),
  };
}

/** What a device loads of a run before its first slate, by role. */
export function filesOf(
  artifacts: ArtifactStore,
  { parts }: Pick<RecordedRun, 'parts'>,
  level?: Level,
): Promise<ReadonlyMap<string, Uint8Array>> {
  return readAll(
    artifacts,
    partsOfLevel(parts, level).filter(({ role }) => role !== 'cards'),
  );
}

async function readAll(
  artifacts: ArtifactStore,
  files: readonly { readonly role: string; readonly sha256: Sha256 }[],
): Promise<ReadonlyMap<string, Uint8Array>> {
  const read = files.map(async ({ role, sha256 }) => [role, await artifacts.read(sha256)] as const);
  return new Map(await Promise.all(read));
}
