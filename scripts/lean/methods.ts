import { type Edit, isNode, type Node, nameOf, rewrite, visit, withComma } from './tree.ts';

/**
 * A module's objects and classes without the methods and getters that are named, with what they alone needed.
 * @throws Error for a name that no method or getter of the module has: such a list is out of date
 */
export function withoutMethods(code: string, ast: unknown, names: readonly string[]): string {
  const edits: Edit[] = [];
  const found = new Set<string>();
  visit(ast, ({ type, properties, body }) => {
    const members = type === 'ObjectExpression' ? properties : type === 'ClassBody' ? body : [];
    for (const member of members as readonly Node[]) {
      const name = nameOf(member.key);
      if (!names.includes(name) || !isNode(member.value) || !member.value.type.includes('Function')) continue;
      found.add(name);
      edits.push(withComma(code, member));
    }
  });
  const missing = names.filter((name) => !found.has(name));
  if (missing.length > 0)
    throw new Error(`lean: found no method ${missing.join(', ')}, expected one to leave out`);
  return rewrite(code, edits);
}
