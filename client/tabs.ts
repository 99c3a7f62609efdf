import type { Consent } from '../shared/protocol/consent.ts';
import { consentOf } from './options.ts';

/** The site's other open pages: consent given or withdrawn in one holds in all at once. */
export interface Tabs {
  consent(consent: Consent): void;
  forget(): void;
  close(): void;
}

export interface TabListener {
  onConsent(consent: Consent): void;
  onForget(): void;
}

export function openTabs(site: string, listener: TabListener): Tabs {
  const channel =
    typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel(`tacit:${site}:pages`);
  channel?.addEventListener('message', ({ data }) => {
    const said = consentOf(data?.consent);
    if (data?.kind === 'consent' && said.ok) listener.onConsent(said.value);
    else if (data?.kind === 'forget') listener.onForget();
  });
  return {
    consent: (consent) => channel?.postMessage({ kind: 'consent', consent }),
    forget: () => channel?.postMessage({ kind: 'forget' }),
    close: () => channel?.close(),
  };
}
