import type { RecommendedItem } from '../../client/index.ts';
import { button, h } from '../frame/element.ts';
import { config } from '../shop/config.ts';
import { choice } from '../shop/consent.ts';
import { tacit } from '../shop/tacit.ts';
import { reasonText } from './reason.ts';

const SOURCE_NAMES: Record<string, string> = {
  embedding: 'Close to your visit as a whole',
  transitions: 'Chosen next by others',
  'bought-together': 'Bought together',
  taste: 'People with the same items',
  basket: 'Completes baskets',
  fresh: 'New items',
  content: 'Described alike',
  popular: 'Popular',
  trending: 'Trending',
  category: 'A category you look at',
  history: 'You have seen it before',
  server: 'Proposed by the shop',
};

/** The whole truth of it: what the shop is told beside. */
const whatLeaves = (): string =>
  config.tacit.mode !== 'off' && choice() === 'granted'
    ? 'As you agreed, the shop is also told what you view and buy, under a number that changes every 30 days.'
    : 'What you looked at was not sent to anybody.';

/** "Why am I seeing this?": the reason, and how each source ranked the item, as the device computed it. */
export async function explainDialog(recId: string, item: RecommendedItem): Promise<void> {
  const [text, explanation] = await Promise.all([reasonText(item), tacit.explain(recId, item.item)]);
  const close = button('Close', { class: 'secondary' }, () => dialog.close());
  const evidence = Object.entries(explanation?.evidence ?? {}).filter(([, { rank }]) => rank >= 0);
  const rows = evidence
    .toSorted(([, a], [, b]) => a.rank - b.rank)
    .map(([source, { rank }]) =>
      h(
        'tr',
        {},
        h('th', { scope: 'row' }, SOURCE_NAMES[source] ?? source),
        h('td', {}, `no. ${rank + 1} of what it proposed`),
      ),
    );
  const dialog = h(
    'dialog',
    { class: 'why', 'aria-label': 'Why am I seeing this?' },
    h('h2', {}, 'Why am I seeing this?'),
    h('p', {}, `${text}.`),
    rows.length > 0 ? h('table', {}, h('tbody', {}, ...rows)) : null,
    h('p', { class: 'quiet' }, `This was worked out in your browser. ${whatLeaves()}`),
    close,
  );
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
