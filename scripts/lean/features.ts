import { type Edit, type Node, nameOf, rewrite, visit, withComma } from './tree.ts';

/** Of a categorical: what is said of it. */
const PROSE: readonly string[] = ['name', 'origin', 'source'];

/** Features without what is said of them, which no device reads: only what makes their values is left. */
export function withoutProse(code: string, ast: unknown): string {
  const edits: Edit[] = [];
  visit(ast, ({ type, properties }) => {
    if (type !== 'ObjectExpression') return;
    const all = properties as readonly Node[];
    const has = (name: string): boolean => all.some(({ key }) => nameOf(key) === name);
    const dropped = has('make') ? ['features'] : has('origin') ? PROSE : [];
    for (const property of all)
      if (dropped.includes(nameOf(property.key))) edits.push(withComma(code, property));
  });
  return rewrite(code, edits);
}

/** What a device knows of its features: how many there are, and which are the same for all candidates. */
export const featuresOf = (features: readonly { readonly whole?: true }[]): string =>
  `Array.from("${features.map(({ whole }) => (whole ? 1 : 0)).join('')}", (bit) => bit > 0 ? { whole: true } : {})`;
