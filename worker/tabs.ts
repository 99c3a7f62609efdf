/** The workers of the site's other tabs. Nothing private is said among them: only that something changed. */
export interface OtherTabs {
  tell(what: TabNews): void;
  close(): void;
}
export type TabNews = 'shopper' | 'release';

export function openOtherTabs(site: string, onNews: (what: TabNews) => void): OtherTabs {
  if (typeof BroadcastChannel === 'undefined') return { tell: () => undefined, close: () => undefined };
  const channel = new BroadcastChannel(`tacit:${site}:workers`);
  channel.addEventListener('message', ({ data }) => {
    if (data === 'shopper' || data === 'release') onNews(data);
  });
  return {
    tell: (what) => channel.postMessage(what),
    close: () => channel.close(),
  };
}
