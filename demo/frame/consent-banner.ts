import { forgetClicks } from '../shop/attribution.ts';
import { config } from '../shop/config.ts';
import { type Choice, choice, consentOf, remember } from '../shop/consent.ts';
import { tacit } from '../shop/tacit.ts';
import { button, h } from './element.ts';
import { offlineOver, offlineReady } from './offline.ts';

/** Applies the shopper's answer at once, in this tab and on this device. */
export async function choose(made: Choice): Promise<void> {
  remember(made);
  if (made === 'granted') {
    await offlineReady();
  } else {
    forgetClicks();
    await offlineOver();
  }
  await tacit.setConsent(consentOf(made));
  document.dispatchEvent(new CustomEvent('consent'));
}

/** No more is asked for than the shop's mode makes use of. */
const whatYesMeans = (): string =>
  config.tacit.mode === 'off'
    ? 'Recommendations are made in your browser. With your yes they also work after you close the page and without a network. Nothing is sent to anybody.'
    : 'Recommendations are made in your browser. With your yes they also work after you close the page and without a network, and the shop learns from what is viewed and bought.';

/** Asks once. It lies over the page's end, so that it moves nothing, and no answer means no. */
export function askConsent(): void {
  if (choice() !== undefined) return;
  const answer = (made: Choice) => () => {
    banner.remove();
    void choose(made);
  };
  const banner = h(
    'section',
    { class: 'consent', 'aria-label': 'Your choice about recommendations' },
    h('p', {}, h('strong', {}, 'May we remember what you look at, on this device? '), whatYesMeans()),
    h(
      'div',
      { class: 'consent-buttons' },
      button('Decline', { class: 'secondary' }, answer('denied')),
      button('Accept', { class: 'primary' }, answer('granted')),
    ),
  );
  // First in the page's order, so that a keyboard meets the question before what it is about.
  document.body.prepend(banner);
}
