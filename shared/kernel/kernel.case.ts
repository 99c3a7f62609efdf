import { describe, expect, test } from 'vitest';
import type { EmbeddingTable } from '../bundle/contract.ts';
import { attentionConformance } from './attention.case.ts';
import type { Kernel } from './contract.ts';
import { layersOf, queryOf, random, tableOf } from './draw.case.ts';
import { bits, naiveNetwork, naiveScan, same } from './naive.case.ts';
import { networkConformance } from './network.case.ts';
import { scanConformance } from './scan.case.ts';
import { specConformance } from './spec.case.ts';
import { tableConformance } from './table.case.ts';

/** What every build must do. `make` gives a fresh kernel. */
export function kernelConformance(name: string, make: () => Kernel): void {
  scanConformance(name, make);
  tableConformance(name, make);
  networkConformance(name, make);
  specConformance(name, make);
  attentionConformance(name, make);

  describe(`${name}: many tables and networks in one kernel`, () => {
    test('come and go without touching each other', () => {
      const kernel = make();
      const next = random(11);
      const live: { embeddings: EmbeddingTable; table: ReturnType<Kernel['table']> }[] = [];
      const layers = layersOf([6, 7, 2], 3);
      const network = kernel.network(layers);
      const x = Float32Array.from({ length: 30 }, () => next());
      for (let step = 0; step < 60; step++) {
        const embeddings = tableOf(Math.floor(next() * 3000), 1 + Math.floor(next() * 80), step);
        live.push({ embeddings, table: kernel.table(embeddings) });
        if (next() < 0.6) live.splice(Math.floor(next() * live.length), 1)[0]!.table.free();
        const any = live[Math.floor(next() * live.length)];
        if (!any) continue;
        const query = queryOf(any.embeddings.dims, step);
        same(any.table.scan(query, 5), naiveScan(any.embeddings, query, 5));
        expect(bits(network.run(x, 5))).toEqual(bits(naiveNetwork({ dense: 6, layers }, x, [5])));
      }
    });
    test('a freed one refuses to work, and may be freed again', () => {
      const kernel = make();
      const table = kernel.table(tableOf(4, 4, 1));
      const network = kernel.network(layersOf([2, 1], 1));
      for (const thing of [table, network, table, network]) thing.free();
      expect(() => table.scan(queryOf(4, 1), 1)).toThrow('Found a freed table');
      expect(() => table.score(queryOf(4, 1), new Uint32Array(1), new Float32Array(1))).toThrow(
        'Found a freed table',
      );
      expect(() => network.run(new Float32Array(2), 1)).toThrow('Found a freed network');
    });
  });
}
