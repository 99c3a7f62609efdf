import {
  checkAttention,
  checkBatch,
  checkNetwork,
  checkQuery,
  checkRow,
  checkRows,
  checkScan,
  checkTable,
  checkWrite,
} from './arguments.ts';
import type { Kernel, Network, NetworkSpec, Table } from './contract.ts';
import { itemsOf } from './scale.ts';
import { specOf } from './split.ts';

/**
 * A kernel that refuses calls whose arguments do not fit, whatever its build. `loadKernel` gives such a one; a device goes
 * without, since what it calls with comes from decoders that have checked it.
 */
export const checked = (kernel: Kernel): Kernel => ({
  ...kernel,
  table: (embeddings, options) => {
    checkTable(embeddings, options?.residuals);
    return checkedTable(kernel.table(embeddings, options), options?.residuals !== undefined);
  },
  network: (given) => {
    const spec = specOf(given);
    checkNetwork(spec);
    return checkedNetwork(kernel.network(spec), spec);
  },
  attention: (spec) => {
    checkAttention(spec);
    const attention = kernel.attention(spec);
    const items = itemsOf(spec.embeddings);
    const pool = (rows: ArrayLike<number>) => {
      for (let i = 0; i < rows.length; i++) checkRow(rows[i]!, items);
      return attention.pool(rows);
    };
    return { ...attention, pool };
  },
});

function checkedTable(table: Table, residuals: boolean): Table {
  const { dims } = table;
  return {
    get items() {
      return table.items;
    },
    dims,
    get embeddings() {
      return table.embeddings;
    },
    scan: (query, k, eligible) => {
      checkQuery(query, dims);
      checkScan(k, table.items, eligible);
      return table.scan(query, k, eligible);
    },
    scanMany: (queries, k, eligible) => {
      for (const query of queries) checkQuery(query, dims);
      checkScan(k, table.items, eligible);
      return table.scanMany(queries, k, eligible);
    },
    search: (query, k, eligible) => {
      checkQuery(query, dims);
      checkScan(k, table.items, eligible);
      return table.search(query, k, eligible);
    },
    score: (query, rows, out) => {
      checkQuery(query, dims);
      checkRows(rows, table.items, out);
      table.score(query, rows, out);
    },
    append: (more, parts) => {
      const items = table.items + itemsOf(more);
      checkWrite({ dims, items, residuals }, table.items, [more, parts]);
      return table.append(more, parts);
    },
    update: (first, written, parts) => {
      checkWrite({ dims, items: table.items, residuals }, first, [written, parts]);
      table.update(first, written, parts);
    },
    remove: (row) => {
      checkRow(row, table.items);
      table.remove(row);
    },
    free: () => table.free(),
  };
}

const checkedNetwork = (network: Network, spec: NetworkSpec): Network => ({
  ...network,
  run: (x, rows, categories) => {
    checkBatch(spec, x, [rows, categories]);
    return network.run(x, rows, categories);
  },
  runColumns: (x, rows, categories) => {
    checkBatch(spec, x, [rows, categories]);
    return network.runColumns(x, rows, categories);
  },
});
