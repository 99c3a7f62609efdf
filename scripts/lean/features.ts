import { type Edit, isNode, type Node, nameOf, rewrite, visit, withComma } from './tree.ts';

const PROSE: readonly string[] = ['name', 'origin', 'source'];
const isText = ({ type, value }: Node): boolean =>
  type === 'TemplateLiteral' || (type === 'Literal' && typeof value === 'string');

/** Of each helper that makes features: at which places it takes prose. */
function placesOfProse(ast: unknown): Map<string, number[]> {
  const places = new Map<string, number[]>();
  const note = (name: string, made: Node): void => {
    const params = made.params as readonly Node[];
    const at = params.flatMap((param, i) => (PROSE.includes(nameOf(param)) ? [i] : []));
    if (at.length > 0) places.set(name, at);
  };
  visit(ast, (node) => {
    if (node.type === 'FunctionDeclaration') note(nameOf(node.id), node);
    const { init } = node;
    if (node.type === 'VariableDeclarator' && isNode(init) && init.type === 'ArrowFunctionExpression')
      note(nameOf(node.id), init);
  });
  return places;
}

/** Features without their prose, which no device reads: a property goes, an argument becomes 0. */
export function withoutProse(code: string, ast: unknown): string {
  const places = placesOfProse(ast);
  const edits: Edit[] = [];
  visit(ast, (node) => {
    if (node.type === 'ObjectExpression') {
      const properties = node.properties as readonly Node[];
      const isFeature = properties.some(({ key }) => nameOf(key) === 'origin');
      for (const property of properties) {
        const { key, value } = property;
        const isDropped = isFeature
          ? PROSE.includes(nameOf(key))
          : nameOf(key) === 'source' && isText(value as Node);
        if (isDropped) edits.push(withComma(code, property));
      }
    }
    if (node.type === 'CallExpression') {
      const given = node.arguments as readonly Node[];
      for (const at of places.get(nameOf(node.callee)) ?? []) {
        const one = given[at];
        if (one !== undefined && isText(one)) edits.push([one.start, one.end, '0']);
      }
    }
  });
  return rewrite(code, edits);
}
