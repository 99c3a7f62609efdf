import type { RecordedRun } from '../../store/contract.ts';
import type { Check } from '../contract.ts';
import type { GateLimits } from './limits.ts';

type Weighed = Pick<RecordedRun, 'parts'> & { readonly trained: { readonly items: number } };
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(2)} MB`;

/** Bytes by part and of what one device loads in the end: the whole release, and the heaviest market's cards. */
export function weigh({ parts }: Weighed): { whole: number; byPart: Record<string, number> } {
  const whole = parts.filter(({ level }) => level === undefined);
  const byPart: Record<string, number> = {};
  for (const { role, bytes } of whole) byPart[role] = Math.max(byPart[role] ?? 0, bytes);
  return { whole: Object.values(byPart).reduce((sum, bytes) => sum + bytes, 0), byPart };
}

/** Before compression, as the manifest says it. */
export function sizeChecks(run: Weighed, champion: Weighed | undefined, limits: GateLimits): Check[] {
  const { whole, byPart } = weigh(run);
  const heavy = Object.entries(byPart).filter(([, bytes]) => bytes > limits.partBytes);
  const checks: Check[] = [
    {
      name: 'size',
      found: `${megabytes(whole)}: ${Object.entries(byPart)
        .map(([role, bytes]) => `${role} ${megabytes(bytes)}`)
        .join(', ')}`,
      expected: `at most ${megabytes(limits.wholeBytes)}, each part at most ${megabytes(limits.partBytes)}`,
      passed: whole <= limits.wholeBytes && heavy.length === 0,
      figures: { ...byPart, whole },
    },
  ];
  if (champion === undefined) return checks;
  const before = weigh(champion).whole;
  // A catalogue that grows may make a release grow with it.
  const most = before * limits.growth * Math.max(1, run.trained.items / champion.trained.items);
  checks.push({
    name: 'size against the champion',
    found: `${megabytes(whole)} for ${run.trained.items} items`,
    expected: `at most ${megabytes(most)}: the champion has ${megabytes(before)} for ${champion.trained.items}`,
    passed: whole <= most,
    figures: { whole, champion: before },
  });
  return checks;
}
