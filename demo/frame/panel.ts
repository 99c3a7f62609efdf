import { answers } from '../shelf/shelf.ts';
import { forgetClicks } from '../shop/attribution.ts';
import { config } from '../shop/config.ts';
import { choice } from '../shop/consent.ts';
import { tacit, troubles } from '../shop/tacit.ts';
import { choose } from './consent-banner.ts';
import { button, find, h } from './element.ts';
import { offlineOver } from './offline.ts';
import { countOf, facts, sizeOf, timingsTable, troubleList } from './panel-parts.ts';
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

const answerGiven = (): string => {
  const made = choice();
  if (made === undefined) return 'none yet, which counts as no';
  return made === 'granted' ? 'accepted' : 'declined';
};

/** Until the device has answered, nothing is said for it: a zero would be a claim. */
const told = (status: Status | null, read: (said: Status) => string): string =>
  status === null ? '…' : read(status);

const privacyFacts = (status: Status | null): HTMLElement =>
  facts([
    ['Mode', MODES[status?.mode ?? config.tacit.mode] ?? ''],
    ['Your answer', answerGiven()],
    ['Kept in', told(status, keptIn)],
    ['Views, carts and purchases kept', told(status, ({ stored }) => String(stored.interactions))],
    ['Events waiting to be sent', told(status, ({ stored }) => String(stored.outbox))],
    ['Size on this device', told(status, ({ stored }) => sizeOf(stored.bytes))],
    ['Sent so far', told(status, sentSoFar)],
  ]);

const keptIn = ({ storage }: Status): string =>
  storage === 'indexeddb' ? 'this browser (IndexedDB)' : 'memory, until the page closes';

function sentSoFar({ sent: { events, requests, bytes } }: Status): string {
  if (requests === 0) return 'nothing';
  return `${countOf(events, 'event')} in ${countOf(requests, 'request')}, ${sizeOf(bytes)}`;
}

const ARITHMETIC: Readonly<Record<string, string>> = {
  relaxed: 'WebAssembly with relaxed SIMD',
  simd: 'WebAssembly with SIMD',
  js: 'JavaScript',
};

const releaseFacts = (status: Status | null): HTMLElement =>
  facts([
    ['Release', told(status, ({ release }) => release ?? 'none yet')],
    ['Version', told(status, ({ version }) => String(version))],
    ['Downloaded', told(status, ({ bundleBytes }) => sizeOf(bundleBytes))],
    ['Arithmetic', told(status, ({ build }) => ARITHMETIC[build] ?? build)],
  ]);

function consentButton(): HTMLButtonElement {
  return button('', { class: 'secondary' }, () => {
    document.querySelector('.consent')?.remove();
    void choose(choice() === 'granted' ? 'denied' : 'granted');
  });
}

interface Parts {
  readonly body: HTMLElement;
  show(status: Status | null): void;
}

/** The buttons stay where they are while the facts around them are drawn anew: a click or a focus is never lost. */
function parts(): Parts {
  const slot = () => h('div');
  const [privacy, timings, release, trouble] = [slot(), slot(), slot(), slot()];
  const agree = consentButton();
  const exporting = button('Export my data', { class: 'secondary' }, () => void exportAll());
  const forgetting = button('Forget me', { class: 'secondary' }, () => void forgetAll());
  const looking = button('Look for a new release', { class: 'secondary' }, () => void tacit.refresh());
  const buttons = h('div', { class: 'panel-buttons' }, agree, exporting, forgetting);
  return {
    body: h(
      'div',
      { class: 'panel-body' },
      h('section', {}, h('h3', {}, 'Your privacy'), privacy, buttons),
      timings,
      h('section', {}, h('h3', {}, 'Release'), release, looking),
      trouble,
    ),
    show(status) {
      privacy.replaceChildren(privacyFacts(status));
      agree.textContent = choice() === 'granted' ? 'Take consent back' : 'Accept';
      timings.replaceChildren(timingsTable(answers));
      release.replaceChildren(releaseFacts(status));
      trouble.replaceChildren(...troubleList([...(status?.troubles ?? []), ...troubles]));
    },
  };
}

/** The drawer at the page's side: what Tacit did, keeps and sent. It is drawn only while it is open. */
export function panelButton(): void {
  const { body, show } = parts();
  show(null);
  const redraw = () => {
    if (panel.open) void tacit.status().then(show);
  };
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
