/** What the device's build reads of a module's syntax tree (ESTree). */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly name?: unknown;
  readonly value?: unknown;
  readonly key?: unknown;
  readonly id?: unknown;
  readonly init?: unknown;
  readonly params?: unknown;
  readonly properties?: unknown;
  readonly body?: unknown;
  readonly callee?: unknown;
  readonly arguments?: unknown;
  readonly quasis?: unknown;
  readonly expressions?: unknown;
}
export type Edit = readonly [start: number, end: number, text: string];

export const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';

export function visit(value: unknown, see: (node: Node) => void): void {
  if (Array.isArray(value)) for (const one of value) visit(one, see);
  else if (isNode(value)) {
    see(value);
    for (const child of Object.values(value)) visit(child, see);
  }
}

/** An edit within another is left out. */
export function rewrite(code: string, edits: readonly Edit[]): string {
  let out = '';
  let from = 0;
  for (const [start, end, text] of [...edits].sort(([a], [b]) => a - b)) {
    if (start < from) continue;
    out += code.slice(from, start) + text;
    from = end;
  }
  return out + code.slice(from);
}

/** A property's without its comma, which goes with it. */
export const withComma = (code: string, { start, end }: Node): Edit => [
  start,
  code[end] === ',' ? end + 1 : end,
  '',
];

export const nameOf = (node: unknown): string => (isNode(node) ? String(node.name ?? node.value ?? '') : '');
