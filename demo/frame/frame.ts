import { cartCount } from './cart-count.ts';
import { askConsent } from './consent-banner.ts';
import { departments } from './departments.ts';
import { offlineReady } from './offline.ts';
import { panelButton } from './panel.ts';

/** What every page of the shop does. */
export function frame(): void {
  departments();
  cartCount();
  panelButton();
  askConsent();
  void offlineReady();
}
