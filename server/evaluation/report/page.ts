/** HTML that is written as it stands; everything else is escaped. */
export interface Html {
  readonly html: string;
}

export const raw = (html: string): Html => ({ html });

export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const written = (value: string | Html): string => (typeof value === 'string' ? escaped(value) : value.html);

export interface Table {
  readonly caption?: string;
  readonly head: readonly string[];
  /** the first cell names its row; the others are figures */
  readonly rows: readonly (readonly (string | Html)[])[];
}

export function table({ caption, head, rows }: Table): string {
  const names = head.map((name) => `<th scope="col">${escaped(name)}</th>`).join('');
  const body = rows.map(
    ([first = '', ...rest]) =>
      `<tr><th scope="row">${written(first)}</th>${rest.map((cell) => `<td>${written(cell)}</td>`).join('')}</tr>`,
  );
  const said = caption === undefined ? '' : `<caption>${escaped(caption)}</caption>`;
  return `<div class="scroll" tabindex="0"><table>${said}<thead><tr>${names}</tr></thead><tbody>${body.join('\n')}</tbody></table></div>`;
}

export const figure = ({ title, svg }: { readonly title: string; readonly svg: string }): string =>
  `<figure><figcaption>${escaped(title)}</figcaption>${svg.replace('<svg ', `<svg role="img" aria-label="${escaped(title)}" `)}</figure>`;

const STYLE = `
:root { color-scheme: light dark; --page: #fbfbfa; --ink: #1d2126; --soft: #626b76; --line: #dfe2e6; --card: #fff; --mark: #1f6fc4; --good: #1d7f52; --bad: #b3352f; }
@media (prefers-color-scheme: dark) { :root { --page: #14171b; --ink: #e4e7eb; --soft: #9aa4b0; --line: #2e343c; --card: #1b1f25; --mark: #6fb0f5; --good: #5cc494; --bad: #ef8078; } }
* { box-sizing: border-box; }
body { font: 15px/1.55 system-ui, sans-serif; margin: 0 auto; max-width: 76rem; padding: 2rem 1.25rem 4rem; background: var(--page); color: var(--ink); }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .4rem; } h2 { font-size: 1.2rem; margin: 2.6rem 0 .3rem; } h3 { font-size: 1rem; margin: 1.4rem 0 .2rem; }
p { max-width: 62rem; margin: .4rem 0 .8rem; } .soft, caption, figcaption small { color: var(--soft); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .75rem; margin: 1.2rem 0; }
.tile { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .7rem .9rem; }
.tile b { display: block; font-size: 1.5rem; font-variant-numeric: tabular-nums; } .tile span { color: var(--soft); font-size: .85rem; }
.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(34rem, 100%), 1fr)); gap: 1rem; }
figure { margin: 0; background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .8rem 1rem; min-width: 0; }
figcaption { font-weight: 600; margin-bottom: .4rem; } svg { max-width: 100%; height: auto; display: block; color: var(--ink); }
.scroll { overflow-x: auto; margin: .6rem 0 1rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .9rem; } caption { text-align: left; padding-bottom: .3rem; }
th, td { padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--line); text-align: right; vertical-align: baseline; white-space: nowrap; }
th[scope=row], th:first-child { text-align: left; font-weight: 500; } thead th { color: var(--soft); font-weight: 500; }
td small { color: var(--soft); } .words { display: block; white-space: normal; text-align: left; min-width: 11rem; max-width: 30rem; padding-left: .8rem; color: var(--soft); }
.above { color: var(--good); } .below { color: var(--bad); }
details { border: 1px solid var(--line); border-radius: 8px; padding: .5rem .9rem; margin: .5rem 0; background: var(--card); } summary { cursor: pointer; font-weight: 500; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; font-size: .9rem; } dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
pre { overflow-x: auto; font-size: 12px; } code { font-size: .9em; }
@media print { details { break-inside: avoid; } figure { break-inside: avoid; } }
`;

/** One file with everything in it: nothing to load beside it, on light and on dark screens. @param body HTML */
export const page = (title: string, body: string): string => `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
<body>
${body}
</body></html>
`;
