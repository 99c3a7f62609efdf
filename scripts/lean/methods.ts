import { type Edit, type Node, nameOf, rewrite, visit, withComma } from './tree.ts';

/** A table without the methods that are named, with what they alone needed. */
export function withoutMethods(code: string, ast: unknown, names: readonly string[]): string {
  const edits: Edit[] = [];
  visit(ast, ({ type, properties }) => {
    if (type !== 'ObjectExpression') return;
    for (const property of properties as readonly Node[])
      if (names.includes(nameOf(property.key)) && (property.value as Node).type.includes('Function'))
        edits.push(withComma(code, property));
  });
  return rewrite(code, edits);
}
