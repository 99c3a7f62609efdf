import { type Edit, isNode, type Node, nameOf, rewrite, visit, withComma } from './tree.ts';

/**
 * A module's objects and classes without the methods and getters that are named, with what they alone needed.
 * @throws for a name that nothing has any more: the list would go on taking bytes off that are not there
 */
export function withoutMethods(code: string, ast: unknown, names: readonly string[]): string {
  const found = new Map<string, Edit>();
  visit(ast, ({ type, properties, body }) => {
    const members = type === 'ObjectExpression' ? properties : type === 'ClassBody' ? body : [];
    for (const member of members as readonly Node[]) {
      const name = nameOf(member.key);
      if (names.includes(name) && isNode(member.value) && member.value.type.includes('Function'))
        found.set(name, withComma(code, member));
    }
  });
  const missing = names.filter((name) => !found.has(name));
  if (missing.length > 0)
    throw new Error(`lean: found no method ${missing.join(', ')}, expected one to leave out`);
  return rewrite(code, [...found.values()]);
}
