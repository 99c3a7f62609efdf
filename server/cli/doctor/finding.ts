/** What one check found. `advice` says what to do about it; a healthy check needs none. */
export interface Finding {
  readonly check: string;
  readonly status: 'ok' | 'warn' | 'fail';
  readonly found: string;
  readonly advice?: string;
}

/** A check that may throw: what it threw is then its finding. */
export interface Check {
  readonly name: string;
  /** what to do where the check throws */
  readonly advice: string;
  run(): Promise<Omit<Finding, 'check'>> | Omit<Finding, 'check'>;
}

export async function examine(checks: readonly Check[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const check of checks) {
    try {
      findings.push({ check: check.name, ...(await check.run()) });
    } catch (error) {
      const found = error instanceof Error ? error.message : String(error);
      findings.push({ check: check.name, status: 'fail', found, advice: check.advice });
    }
  }
  return findings;
}

export const ok = (found: string): Omit<Finding, 'check'> => ({ status: 'ok', found });
export const warn = (found: string, advice: string): Omit<Finding, 'check'> => ({
  status: 'warn',
  found,
  advice,
});
export const fail = (found: string, advice: string): Omit<Finding, 'check'> => ({
  status: 'fail',
  found,
  advice,
});
