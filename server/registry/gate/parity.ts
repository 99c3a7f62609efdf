import type { Environment } from '../../environment.ts';
import type { Check } from '../contract.ts';
import { type ParityAnswer, type ParityLevel, parityAnswers } from '../parity/answers.ts';
import { browserAnswers, findPageScript } from '../parity/browser.ts';
import { findChromium } from '../parity/chromium.ts';

/** A browser that starts on a busy machine. */
const PATIENCE = 90_000;
const EXPECTED = 'the golden slate from the SIMD and the plain build';

/** The release's golden slates here and in a browser, from both builds. */
export async function parityChecks(
  levels: readonly ParityLevel[],
  environment: Environment,
): Promise<Check[]> {
  return [asCheck('parity: Node', parityAnswers(levels)), await inChromium(levels, environment)];
}

async function inChromium(levels: readonly ParityLevel[], environment: Environment): Promise<Check> {
  const name = 'parity: Chromium';
  const left = (found: string): Check => ({
    ...{ name, found, expected: EXPECTED, passed: true },
    warning: `not tested: ${found}`,
  });
  const chromium = findChromium(environment);
  if (chromium === undefined) return left('no Chromium was found (TACIT_CHROMIUM names one)');
  const script = findPageScript();
  if (script === undefined) return left("the browser's script is not built (npm run build)");
  try {
    return asCheck(name, await browserAnswers(levels, { chromium, script, patience: PATIENCE }));
  } catch (error) {
    return left(`${chromium} could not be asked: ${error instanceof Error ? error.message : error}`);
  }
}

function asCheck(name: string, answers: readonly ParityAnswer[]): Check {
  const wrong = answers.filter(({ same }) => !same);
  const found = wrong.map(({ level, build, detail }) => `${level} by ${build}: ${detail}`).join('; ');
  const all = answers.map(({ level, build }) => `${level} by ${build}`).join(', ');
  return { name, found: found || `the same: ${all}`, expected: EXPECTED, passed: wrong.length === 0 };
}
