import { answers } from '../shelf/shelf.ts';
import { forgetClicks } from '../shop/attribution.ts';
import { config } from '../shop/config.ts';
import { choice } from '../shop/consent.ts';
import { tacit, troubles } from '../shop/tacit.ts';
import { choose } from './consent-banner.ts';
import { button, find, h } from './element.ts';
import { offlineOver } from './offline.ts';
import { countOf, facts, sizeOf, timingsTable } from './panel-parts.ts';
import { toast } from './toast.ts';

const REDRAW_EVERY = 2000;
const MODES: Readonly<Record<string, string>> = {
  off: 'off: nothing is sent',
  aggregate: 'aggregate: bounded counts, no events',
  events: 'events: with your consent, under a number that changes every 30 days',
};

type Status = NonNullable<Awaited<ReturnType<typeof tacit.status>>>;

function download(name: string, data: unknown): void {
  const href = URL.createObjectURL(new Blob([JSON.stringify(data, null, 2)], { type: 'application/json' }));
  const link = h('a', { href, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(href), 1000);
}

async function exportAll(): Promise<void> {
  const exported = await tacit.exportProfile();
  if (exported === null) toast('There is nothing to export just now.', 'Close', () => undefined);
  else download('my-recommendations.json', exported);
}

async function forgetAll(): Promise<void> {
  await tacit.forget();
  forgetClicks();
  await offlineOver();
  document.dispatchEvent(new CustomEvent('consent'));
  toast('This device has forgotten what you looked at.', 'Close', () => undefined);
}

function privacy(status: Status | null): HTMLElement {
  const agreed = choice() === 'granted';
  return h(
    'section',
    {},
    h('h3', {}, 'Your privacy'),
    facts([
      ['Mode', MODES[status?.mode ?? config.tacit.mode] ?? ''],
      [
        'Your answer',
        agreed ? 'accepted' : choice() === 'denied' ? 'declined' : 'none yet, which counts as no',
      ],
      [
        'Kept in',
        status?.storage === 'indexeddb' ? 'this browser (IndexedDB)' : 'memory, until the page closes',
      ],
      ['Views, carts and purchases kept', String(status?.stored.interactions ?? 0)],
      ['Events waiting to be sent', String(status?.stored.outbox ?? 0)],
      ['Size on this device', sizeOf(status?.stored.bytes ?? 0)],
      ['Sent so far', sent(status)],
    ]),
    h(
      'div',
      { class: 'panel-buttons' },
      button(agreed ? 'Take consent back' : 'Accept', { class: 'secondary' }, () => {
        document.querySelector('.consent')?.remove();
        void choose(agreed ? 'denied' : 'granted');
      }),
      button('Export my data', { class: 'secondary' }, () => void exportAll()),
      button('Forget me', { class: 'secondary' }, () => void forgetAll()),
    ),
  );
}

function sent(status: Status | null): string {
  if (status === null || status.sent.requests === 0) return 'nothing';
  const { events, requests, bytes } = status.sent;
  return `${countOf(events, 'event')} in ${countOf(requests, 'request')}, ${sizeOf(bytes)}`;
}

function release(status: Status | null): HTMLElement {
  return h(
    'section',
    {},
    h('h3', {}, 'Release'),
    facts([
      ['Release', status?.release ?? 'none yet'],
      ['Version', String(status?.version ?? 0)],
      ['Downloaded', sizeOf(status?.bundleBytes ?? 0)],
      ['Arithmetic', status?.build === 'simd' ? 'WebAssembly with SIMD' : (status?.build ?? 'none')],
    ]),
    button('Look for a new release', { class: 'secondary' }, () => void tacit.refresh()),
  );
}

function troubleList(status: Status | null): HTMLElement | null {
  const all = [...(status?.troubles ?? []), ...troubles];
  const distinct = [...new Map(all.map((one) => [`${one.code} ${one.message}`, one])).values()];
  if (distinct.length === 0) return null;
  return h(
    'section',
    {},
    h('h3', {}, 'Troubles'),
    h(
      'ul',
      { class: 'troubles' },
      ...distinct.map(({ code, message }) => h('li', {}, h('code', {}, code), ` ${message}`)),
    ),
  );
}

async function draw(body: HTMLElement): Promise<void> {
  const status = await tacit.status();
  const parts = [privacy(status), timingsTable(answers), release(status), troubleList(status)];
  body.replaceChildren(...parts.filter((part) => part !== null));
}

/** The drawer at the page's side: what Tacit did, keeps and sent. It is drawn only while it is open. */
export function panelButton(): void {
  const body = h('div', { class: 'panel-body' });
  const redraw = () => void (panel.open && draw(body));
  const close = button('✕', { class: 'dismiss', 'aria-label': 'Close' }, () => panel.close());
  const panel = h(
    'dialog',
    { class: 'panel', 'aria-labelledby': 'panel-title' },
    h('header', {}, h('h2', { id: 'panel-title' }, 'Privacy and recommendations'), close),
    body,
  );
  document.body.append(panel);
  for (const event of ['shelf', 'consent']) document.addEventListener(event, redraw);
  setInterval(redraw, REDRAW_EVERY);
  find('#open-panel').addEventListener('click', () => {
    if (panel.open) panel.close();
    else panel.show();
    redraw();
  });
  panel.addEventListener('keydown', (event) => event.key === 'Escape' && panel.close());
}
