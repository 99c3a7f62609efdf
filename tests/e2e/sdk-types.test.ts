import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { root } from '../../scripts/ready.mjs';

const SDK = join(root, 'dist/sdk');
const read = (name: string): string => readFileSync(join(SDK, name), 'utf8');

describe('the SDK as a storefront meets it', () => {
  it('costs the first page a few kilobytes, and a worker that loads behind it', () => {
    expect(gzipSync(read('tacit.js'), { level: 9 }).length).toBeLessThan(15_000);
    expect(gzipSync(read('snippet.js'), { level: 9 }).length).toBeLessThan(1_000);
    const [main] = readdirSync(SDK).filter((name) => /^tacit-main-[\w-]{8}\.js$/.test(name));
    expect(read('tacit-worker.js')).toContain(main);
    expect(gzipSync(read(main!), { level: 9 }).length).toBeLessThan(60_000);
  });

  it('types a shop’s code on its own, and refuses what it does not know', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tacit-sdk-types-'));
    try {
      writeFileSync(join(folder, 'sdk.d.ts'), read('tacit.d.ts'));
      const shop = (placement: string) => `
        import { createTacit, type Recommendations } from './sdk.js';
        const tacit = createTacit({ site: 'shop', url: '/', keys: ['k'], privacy: { mode: 'off' } });
        tacit.track({ name: 'view_item', items: [{ item_id: 'a' }] });
        const answer: Promise<Recommendations> = tacit.recommend({ placement: '${placement}', limit: 4 });
        void answer.then(({ items }) => items.map((item) => item.card?.title ?? item.reason.kind));`;
      writeFileSync(join(folder, 'right.ts'), shop('for-you'));
      writeFileSync(join(folder, 'wrong.ts'), shop('for-me'));
      const problems = (name: string) => {
        const program = ts.createProgram([join(folder, name)], {
          strict: true,
          noEmit: true,
          module: ts.ModuleKind.ESNext,
          moduleResolution: ts.ModuleResolutionKind.Bundler,
          target: ts.ScriptTarget.ES2022,
          types: [],
        });
        return ts.getPreEmitDiagnostics(program).map(({ code }) => code);
      };
      expect(problems('right.ts')).toEqual([]);
      expect(problems('wrong.ts')).not.toEqual([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
