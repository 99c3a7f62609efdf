import type { Recommendations } from '../../client/index.ts';
import type { ShopTrouble } from '../shop/tacit.ts';
import { h } from './element.ts';

const PLACEMENT_NAMES: Readonly<Record<string, string>> = {
  'for-you': 'Picked for you',
  similar: 'Similar',
  'bought-together': 'Bought together',
  'because-you-viewed': 'More from what you viewed',
  trending: 'Trending',
  'recently-viewed': 'Recently viewed',
};

export function sizeOf(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1e6) return `${(bytes / 1000).toFixed(1)} kB`;
  return `${(bytes / 1e6).toFixed(2)} MB`;
}

export const countOf = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

export function facts(rows: readonly (readonly [string, string])[]): HTMLElement {
  return h('dl', {}, ...rows.flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]));
}

const ms = (value: number): string => (value < 10 ? value.toFixed(2) : value.toFixed(0));

/** Milliseconds by stage, a column a shelf: how its last slate was made. */
export function timingsTable(answers: ReadonlyMap<string, Recommendations>): HTMLElement {
  const shelves = [...answers];
  const stages = [...new Set(shelves.flatMap(([, { timings }]) => Object.keys(timings)))];
  const head = shelves.map(([placement]) =>
    h('th', { scope: 'col' }, PLACEMENT_NAMES[placement] ?? placement),
  );
  const row = (stage: string) =>
    h(
      'tr',
      {},
      h('th', { scope: 'row' }, stage),
      ...shelves.map(([, { timings }]) =>
        h('td', {}, timings[stage] === undefined ? '' : ms(timings[stage])),
      ),
    );
  const status = h(
    'tr',
    {},
    h('th', { scope: 'row' }, 'status'),
    ...shelves.map(([, { status: said, cause }]) =>
      h('td', {}, cause === 'ok' ? said : `${said} (${cause})`),
    ),
  );
  return h(
    'section',
    {},
    h('h3', {}, 'How long the shelves took (ms)'),
    h(
      'div',
      { class: 'scroll' },
      h(
        'table',
        {},
        h('thead', {}, h('tr', {}, h('td', {}), ...head)),
        h('tbody', {}, ...stages.map(row), status),
      ),
    ),
  );
}

/** What went wrong lately, each once; nothing where nothing did. */
export function troubleList(all: readonly ShopTrouble[]): HTMLElement[] {
  const distinct = [...new Map(all.map((one) => [`${one.code} ${one.message}`, one])).values()];
  if (distinct.length === 0) return [];
  const lines = distinct.map(({ code, message }) => h('li', {}, h('code', {}, code), ` ${message}`));
  return [h('section', {}, h('h3', {}, 'Troubles'), h('ul', { class: 'troubles' }, ...lines))];
}
