import type { EmbeddingTable } from '../../bundle/contract.ts';
import type { ScanResult, Table, TableOptions } from '../contract.ts';
import { Lease } from '../lease.ts';
import { quantiseQuery } from '../quantise.ts';
import { type Host, roundUp } from './host.ts';
import { Rows } from './rows.ts';

/** Bytes of a query's state in best.ts. */
const STATE = 32;
/** Entries that a buffer takes beyond k before it is cut. */
const SPARE = 96;
/** A block's rows: they enter at once, and a buffer is cut after it. */
const BLOCK = 32;
const NOTHING: ScanResult = { rows: new Uint32Array(0), scores: new Float32Array(0) };

/** Where one call's queries and results lie. */
interface Call {
  readonly queries: number;
  readonly k: number;
  readonly room: number;
  /** bytes of a query's buffers */
  readonly best: number;
  readonly states: number;
  readonly queryAt: number;
  readonly bestAt: number;
  readonly bits: number;
}

export function wasmTable(host: Host, embeddings: EmbeddingTable, options: TableOptions = {}): Table {
  const { memory, scratch, exports, relaxed } = host;
  const { dims } = embeddings;
  const rows = new Rows(host, embeddings, options);
  const { stride } = rows;
  const queryBytes = relaxed ? stride : 2 * stride;
  const lease = new Lease('table');
  const only: Int8Array[] = [];

  const plan = (queries: number, k: number, extra: number): Call => {
    const room = k + SPARE;
    const words = Math.ceil(rows.items / BLOCK);
    // The buffer, and the blocks' greatest scores with an eighth as much behind.
    const best = roundUp(8 * (room + 4), 16) + roundUp(18 * words, 16);
    const bytes = queries * (STATE + queryBytes + best) + 4 * BLOCK + 4 * words + extra;
    const states = scratch.hold(bytes);
    const queryAt = states + queries * STATE + 4 * BLOCK;
    const bestAt = queryAt + queries * queryBytes;
    return { queries, k, room, best, states, queryAt, bestAt, bits: bestAt + queries * best };
  };
  const placeQuery = (query: Int8Array, at: number): void => {
    const { i8, i16 } = memory.views;
    if (!relaxed) {
      i16.set(query, at / 2);
      i16.fill(0, at / 2 + dims, at / 2 + stride);
      return;
    }
    for (let d = 0; d < dims; d++) i8[at + d] = query[d]! + 64;
    i8.fill(0, at + dims, at + stride);
  };
  /** Runs the scan; what it finds lies in the call's buffers. */
  const run = (call: Call, queries: readonly Int8Array[], eligible: Uint32Array | undefined): void => {
    const { u32, f32 } = memory.views;
    for (let q = 0; q < call.queries; q++) {
      const state = (call.states + q * STATE) / 4;
      const query = call.queryAt + q * queryBytes;
      placeQuery(queries[q]!, query);
      u32[state] = query;
      u32[state + 1] = scoresOf(call, q);
      u32[state + 2] = rowsOf(call, q);
      u32[state + 3] = 0;
      f32[state + 4] = Number.NEGATIVE_INFINITY;
      u32[state + 5] = call.room - BLOCK + 1;
      u32[state + 6] = mostOf(call, q);
    }
    const words = Math.ceil(rows.items / 32);
    if (eligible) u32.set(eligible.length === words ? eligible : eligible.subarray(0, words), call.bits / 4);
    const { rowsAt, scalesAt, offsetsAt, items } = rows;
    const bits = eligible ? call.bits : 0;
    exports.scan(rowsAt, scalesAt, offsetsAt, items, stride, call.states, call.queries, call.k, bits);
  };
  const foundBy = (call: Call, q: number): number => memory.views.u32[(call.states + q * STATE) / 4 + 3]!;
  const resultOf = (call: Call, q: number, found: number): ScanResult => {
    const scores = scoresOf(call, q) / 4;
    const ids = rowsOf(call, q) / 4;
    const { f32, u32 } = memory.views;
    return { rows: u32.slice(ids, ids + found), scores: f32.slice(scores, scores + found) };
  };

  return {
    get items() {
      return rows.items;
    },
    dims,
    get embeddings() {
      return rows.embeddings;
    },
    scan: (query, k, eligible) => {
      lease.demand();
      const most = Math.min(k, rows.items);
      if (most === 0) return NOTHING;
      const call = plan(1, most, 0);
      only[0] = query;
      run(call, only, eligible);
      return resultOf(call, 0, foundBy(call, 0));
    },
    scanMany: (queries, k, eligible) => {
      lease.demand();
      const most = Math.min(k, rows.items);
      if (most === 0) return queries.map(() => NOTHING);
      const call = plan(queries.length, most, 0);
      run(call, queries, eligible);
      return queries.map((_, q) => resultOf(call, q, foundBy(call, q)));
    },
    search: (query, k, eligible) => {
      lease.demand();
      const most = Math.min(k, rows.items);
      if (most === 0) return NOTHING;
      const call = plan(1, Math.min(2 * most, rows.items), 4 * stride + 16);
      only[0] = quantiseQuery(query).vector;
      run(call, only, eligible);
      const exactAt = roundUp(call.bits + 4 * Math.ceil(rows.items / 32), 16);
      const { f32 } = memory.views;
      f32.set(query, exactAt / 4);
      f32.fill(0, exactAt / 4 + dims, exactAt / 4 + stride);
      const { rowsAt, scalesAt, residualsAt } = rows;
      const found = foundBy(call, 0);
      const [ids, scores] = [rowsOf(call, 0), scoresOf(call, 0)];
      const left = exports.rescore(rowsAt, scalesAt, residualsAt, stride, dims, exactAt, ids, found, scores);
      return resultOf(call, 0, Math.min(most, left));
    },
    score: (query, wanted, out) => {
      lease.demand();
      // Four rows are read at a time, those beyond the last too.
      const room = roundUp(wanted.length, 4);
      const queryAt = scratch.hold(queryBytes + 8 * room);
      const idsAt = queryAt + queryBytes;
      const outAt = idsAt + 4 * room;
      placeQuery(query, queryAt);
      memory.views.u32.set(wanted, idsAt / 4);
      memory.views.u32.fill(0, idsAt / 4 + wanted.length, outAt / 4);
      const { rowsAt, scalesAt, offsetsAt } = rows;
      exports.score(rowsAt, scalesAt, offsetsAt, stride, queryAt, idsAt, wanted.length, outAt);
      out.set(memory.views.f32.subarray(outAt / 4, outAt / 4 + wanted.length));
    },
    append: (more, residuals) => {
      lease.demand();
      const first = rows.items;
      rows.write(first, more, residuals);
      return first;
    },
    update: (first, written, residuals) => {
      lease.demand();
      rows.write(first, written, residuals);
    },
    remove: (row) => {
      lease.demand();
      memory.views.f32[rows.scalesAt / 4 + row] = Number.NaN;
    },
    free: () => {
      if (lease.end()) rows.free();
    },
  };
}

const scoresOf = ({ bestAt, best }: Call, q: number): number => bestAt + q * best;
const rowsOf = (call: Call, q: number): number => scoresOf(call, q) + 4 * (call.room + 4);

const mostOf = (call: Call, q: number): number => scoresOf(call, q) + roundUp(8 * (call.room + 4), 16);
