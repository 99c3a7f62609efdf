import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { escaped, figure, page } from '../../../server/evaluation/report/page.ts';
import type { Results } from '../results.ts';
import { MEANING } from './keys.ts';
import { drawPlots } from './plots.ts';
import { printResults } from './table.ts';

/** One file with the plots and the tables, nothing to load beside it. */
export async function writeHtml(results: Results, file: string): Promise<void> {
  const plots = await drawPlots(results);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(
    file,
    page(
      'Tacit: device benchmark',
      `<h1>Device benchmark</h1>
<div class="figures">${plots.map(figure).join('\n')}</div>
<pre>${escaped(printResults(results))}</pre>
<dl>${Object.entries(MEANING)
        .map(([key, text]) => `<dt><code>${key}</code></dt><dd>${escaped(text)}</dd>`)
        .join('\n')}</dl>`,
    ),
  );
}
