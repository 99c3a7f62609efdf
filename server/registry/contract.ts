import type { Sha256 } from '../../shared/protocol/ids.ts';
import type { Exam } from '../training/contract.ts';

/** `champion`: the run that is published. `challenger`: the newest run since, never published. */
export interface Aliases {
  readonly champion: string | undefined;
  readonly challenger: string | undefined;
}

/** An exam as the store keeps it: the twin's files are artefacts. */
export type RecordedExam = Omit<Exam, 'files'> & {
  readonly files: readonly { readonly role: string; readonly sha256: Sha256 }[];
};

/** One question of the gate. */
export interface Check {
  readonly name: string;
  readonly found: string;
  readonly expected: string;
  readonly passed: boolean;
  /** passed because it could not be asked: people should know */
  readonly warning?: string;
  readonly figures?: Readonly<Record<string, number>>;
}

/** What the gate found of a run, kept with it. */
export interface Verdict {
  readonly run: string;
  /** what it was judged against; null: nothing was published */
  readonly champion: string | null;
  readonly at: number;
  readonly checks: readonly Check[];
  readonly passed: boolean;
  /** why somebody let it through all the same */
  readonly forced?: string;
}

/** What became of a run at an outside registry. */
export interface Mirrored {
  readonly to: 'mlflow';
  readonly at: number;
  readonly outcome: 'sent' | 'failed';
  readonly detail: string;
  /** of the registered model */
  readonly version?: string;
}

/** Refused by the gate. */
export class GateError extends Error {
  override readonly name = 'GateError';
  readonly code = 'gate';
  readonly verdict: Verdict;
  constructor(verdict: Verdict) {
    const failed = verdict.checks.filter(({ passed }) => !passed);
    super(
      `the gate refuses ${verdict.run}: ${failed.map((check) => `${check.name}: found ${check.found}, expected ${check.expected}`).join('; ')}`,
    );
    this.verdict = verdict;
  }
}
