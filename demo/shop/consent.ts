import type { TacitOptions } from '../../client/index.ts';

type Consent = NonNullable<TacitOptions['consent']>;

/** The shopper's answer. Only an answer is stored: before one, the shop keeps nothing. */
export type Choice = 'granted' | 'denied';

const KEY = 'shop-consent';
const GRANTED: Consent = { storage: true, measurement: true };
const DENIED: Consent = { storage: false, measurement: false };

export function choice(): Choice | undefined {
  try {
    const stored = localStorage.getItem(KEY);
    return stored === 'granted' || stored === 'denied' ? stored : undefined;
  } catch {
    return undefined;
  }
}

export const consentOf = (made: Choice | undefined): Consent => (made === 'granted' ? GRANTED : DENIED);

export function remember(made: Choice): void {
  try {
    localStorage.setItem(KEY, made);
  } catch {
    // A browser that stores nothing asks again on the next page.
  }
}
