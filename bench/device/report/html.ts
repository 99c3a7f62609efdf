import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Results } from '../results.ts';
import { MEANING } from './keys.ts';
import { drawPlots } from './plots.ts';
import { printResults } from './table.ts';

/** One file with the plots and the tables, nothing to load beside it. */
export async function writeHtml(results: Results, file: string): Promise<void> {
  const plots = await drawPlots(results);
  const figures = plots.map(
    ({ title, svg }) => `<figure><figcaption>${escaped(title)}</figcaption>${svg}</figure>`,
  );
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(
    file,
    `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Tacit: device benchmark</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; color: #1c1c1c; }
main { display: grid; grid-template-columns: repeat(auto-fit, minmax(30rem, 1fr)); gap: 1.5rem; }
figure { margin: 0; } figcaption { font-weight: 600; } svg { max-width: 100%; height: auto; }
pre { overflow-x: auto; font-size: 12px; }
</style>
<h1>Device benchmark</h1>
<main>${figures.join('\n')}</main>
<pre>${escaped(printResults(results))}</pre>
<dl>${Object.entries(MEANING)
      .map(([key, text]) => `<dt><code>${key}</code></dt><dd>${escaped(text)}</dd>`)
      .join('\n')}</dl>
</html>
`,
  );
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
