import * as v from 'valibot';
import { Consent } from '../shared/protocol/consent.ts';

const Message = v.variant('kind', [
  v.object({ kind: v.literal('consent'), consent: Consent }),
  v.object({ kind: v.literal('forget') }),
]);

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
  if (typeof BroadcastChannel === 'undefined')
    return { consent: () => undefined, forget: () => undefined, close: () => undefined };
  const channel = new BroadcastChannel(`tacit:${site}:pages`);
  channel.addEventListener('message', ({ data }) => {
    const message = v.safeParse(Message, data);
    if (!message.success) return;
    if (message.output.kind === 'consent') listener.onConsent(message.output.consent);
    else listener.onForget();
  });
  return {
    consent: (consent) => channel.postMessage({ kind: 'consent', consent }),
    forget: () => channel.postMessage({ kind: 'forget' }),
    close: () => channel.close(),
  };
}
