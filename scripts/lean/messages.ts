import { type Edit, type Node, nameOf, rewrite, visit } from './tree.ts';

interface Quasi {
  readonly value: { readonly cooked: string };
}

const WORDS = /[a-z]{2}|[A-Z] |, /;

/** Of `Section "ids": found 3, expected 4.` what is left is `ids:3/4`. */
function brief(text: string, isFirst: boolean): string {
  if (/expected/.test(text)) return '/';
  if (/ound/.test(text)) return isFirst ? '' : ':';
  return WORDS.test(text) ? (isFirst ? '' : ' ') : text;
}

const isMessage = (texts: readonly string[]): boolean =>
  texts.length > 1 && /\b[Ff]ound\b|\bexpected\b/.test(texts.join(' '));

/** `what: \`shape of tensor ${name}\`` and `expected: 'finite numbers'` of an error that is told in parts. */
function ofParts(code: string, { properties }: Node): Edit[] {
  const all = properties as readonly Node[];
  if (!all.some(({ key }) => nameOf(key) === 'expected')) return [];
  return all.flatMap(({ key, value }): Edit[] => {
    const { type, start, end, expressions } = value as Node;
    if (nameOf(key) !== 'what' && nameOf(key) !== 'expected') return [];
    if (type === 'Literal' && typeof (value as Node).value === 'string') return [[start, end, '``']];
    if (type !== 'TemplateLiteral') return [];
    const values = (expressions as readonly Node[]).map((one) => `\${${code.slice(one.start, one.end)}}`);
    return [[start, end, `\`${values.join(' ')}\``]];
  });
}

/** `new SomeError(code, 'prose')`: the code says it. */
function ofCoded(node: Node): Edit[] {
  const [code, text] = node.arguments as readonly Node[];
  const isCoded = /Error$|Failure$/.test(nameOf(node.callee)) && code?.type === 'Literal';
  return isCoded && text?.type === 'Literal' ? [[text.start, text.end, '``']] : [];
}

/**
 * Errors of formats and calculations, which nobody reads on a shopper's device: what is wrong is told by the code, what was
 * found and what was expected; the words between them stay at home.
 */
export function withoutWords(code: string, ast: unknown): string {
  const edits: Edit[] = [];
  visit(ast, (node) => {
    if (node.type === 'NewExpression') edits.push(...ofCoded(node));
    if (node.type === 'ObjectExpression') edits.push(...ofParts(code, node));
    if (node.type !== 'TemplateLiteral') return;
    const texts = (node.quasis as readonly Quasi[]).map(({ value }) => value.cooked);
    if (!isMessage(texts)) return;
    const values = (node.expressions as readonly Node[]).map(({ start, end }) => code.slice(start, end));
    const last = texts.length - 1;
    const parts = texts.map((text, i) => {
      const left = i === last && !/expected/.test(text) ? '' : brief(text, i === 0);
      return i === last ? left : `${left}\${${values[i]}}`;
    });
    edits.push([node.start, node.end, `\`${parts.join('')}\``]);
  });
  return rewrite(code, edits);
}
