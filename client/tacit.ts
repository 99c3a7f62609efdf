import type { Tacit, TacitOptions } from './contract.ts';
import { inertTacit } from './inert.ts';
import { checkOptions } from './options.ts';
import { openPage } from './page.ts';
import { createTroubles } from './troubles.ts';

/**
 * Starts Tacit in a page. Never throws: options that cannot be used, a server without a `window`, a browser without
 * workers give an instance that answers with empty slates and their cause.
 */
export function createTacit(options: TacitOptions): Tacit {
  const troubles = createTroubles(() => options?.onTrouble);
  const checked = checkOptions(options);
  if (!checked.ok) {
    troubles.tell('options-invalid', checked.why);
    return inertTacit('no-worker');
  }
  if (typeof window === 'undefined') return inertTacit('no-worker');
  if (typeof Worker === 'undefined') {
    troubles.tell('no-worker', 'no Worker here');
    return inertTacit('no-worker');
  }
  return troubles.guard('start-failed', () => openPage(checked.value, troubles), inertTacit('worker-failed'));
}
