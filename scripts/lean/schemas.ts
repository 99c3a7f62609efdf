import { type Edit, isNode, type Node, nameOf, rewrite, visit } from './tree.ts';

/** Steps of a pipe that may bring words of their own, as their last argument. */
const WORDY: readonly string[] = ['minLength', 'maxLength', 'regex'];

const stepOf = ({ type, callee }: Node): string =>
  type === 'CallExpression' && isNode(callee) && callee.type === 'MemberExpression'
    ? nameOf((callee as unknown as { property: unknown }).property)
    : '';

/**
 * Schemas without brands, which are types alone, and without words of their own: what was expected and what was found is
 * said of every value that does not fit.
 */
export function withoutProseOfSchemas(code: string, ast: unknown): string {
  const edits: Edit[] = [];
  visit(ast, (node) => {
    const given = (node.arguments ?? []) as readonly Node[];
    const step = stepOf(node);
    for (const [at, before] of given.entries()) {
      const next = given[at + 1];
      if (next === undefined) continue;
      const goes = step === 'pipe' ? stepOf(next) === 'brand' : WORDY.includes(step) && isText(next);
      if (goes) edits.push([before.end, next.end, '']);
    }
  });
  return rewrite(code, edits);
}

const isText = ({ type, value }: Node): boolean =>
  type === 'TemplateLiteral' || (type === 'Literal' && typeof value === 'string');
