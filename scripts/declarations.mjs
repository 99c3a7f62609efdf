// One declaration file for a package without dependencies: every type that an entry exports, and what those refer
// to, with types that are inferred from schemas written out in full.
import { join, relative } from 'node:path';
import ts from 'typescript';
import { root } from './ready.mjs';

const FLAGS =
  ts.TypeFormatFlags.NoTruncation |
  ts.TypeFormatFlags.InTypeAlias |
  ts.TypeFormatFlags.WriteArrayAsGenericType |
  ts.TypeFormatFlags.UseSingleQuotesForStringLiteralType;

const BRAND = `declare const BRAND: unique symbol;
/** A string that passed its schema: made by the SDK, never by hand. */
interface Brand<Name extends string> {
  readonly [BRAND]: { readonly [K in Name]: Name };
}`;

/** @param {string} entry a source file, relative to the root @returns {string} the text of a `.d.ts` */
export function declarations(entry) {
  const program = programOf(join(root, entry));
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(join(root, entry));
  if (source === undefined) throw new Error(`declarations: found no ${entry}`);
  const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(source));
  const names = new Set(exported.map((symbol) => symbol.name));
  const queue = exported.map((symbol) => resolve(checker, symbol));
  const done = new Map();
  for (let symbol = queue.shift(); symbol !== undefined; symbol = queue.shift()) {
    if (done.has(symbol)) continue;
    const { text, uses } = declare(checker, symbol);
    done.set(symbol, names.has(symbol.name) ? text.replace(/^(\/\*\*[\s\S]*?\*\/\n)?/, '$1export ') : text);
    queue.push(...uses);
  }
  const body = [...done.values()].join('\n\n');
  refuseForeign(body, entry);
  return `${body.includes('Brand<') ? `${BRAND}\n\n` : ''}${body}\n\nexport {};\n`;
}

function programOf(file) {
  const { config } = ts.readConfigFile(join(root, 'client/tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, join(root, 'client'));
  return ts.createProgram([file], { ...options, noEmit: true, composite: false });
}

function resolve(checker, symbol) {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

/** The declaration of one symbol, and the symbols of ours that its text names. */
function declare(checker, symbol) {
  const node = symbol.declarations?.find((one) => !ts.isVariableDeclaration(one)) ?? symbol.declarations?.[0];
  if (node === undefined) throw new Error(`declarations: ${symbol.name} is declared nowhere`);
  if (ts.isInterfaceDeclaration(node)) return { text: bare(node), uses: usesOf(checker, node) };
  if (ts.isTypeAliasDeclaration(node)) {
    if (!/\bv\.|typeof /.test(node.type.getText())) return { text: bare(node), uses: usesOf(checker, node) };
    const type = checker.getTypeAtLocation(node.name);
    return { text: `${doc(node)}type ${symbol.name} = ${printed(checker, type, node)};`, uses: [] };
  }
  if (ts.isFunctionDeclaration(node)) {
    const [signature] = checker.getTypeAtLocation(node).getCallSignatures();
    const call = checker.signatureToString(signature, node, FLAGS);
    return { text: `${doc(node)}declare function ${symbol.name}${call};`, uses: usesOf(checker, node, true) };
  }
  if (ts.isVariableDeclaration(node)) {
    const type = printed(checker, checker.getTypeAtLocation(node), node);
    return {
      text: `${doc(node.parent.parent)}declare const ${symbol.name}: ${type};`,
      uses: usesOf(checker, node, true),
    };
  }
  throw new Error(`declarations: ${symbol.name}: a ${ts.SyntaxKind[node.kind]} is not written yet`);
}

function printed(checker, type, node) {
  return checker.typeToString(type, node, FLAGS).replaceAll('v.Brand<', 'Brand<');
}

function doc(node) {
  const [comment] = ts.getJSDocCommentsAndTags(node);
  return comment === undefined ? '' : `${comment.getText()}\n`;
}

function bare(node) {
  return `${doc(node)}${node.getText().replace(/^export /, '')}`;
}

/** Types of ours named below a node; of a function only its signature counts. */
function usesOf(checker, node, signatureOnly = false) {
  const found = [];
  const visit = (child) => {
    if (signatureOnly && (ts.isBlock(child) || ts.isObjectLiteralExpression(child))) return;
    if (ts.isIdentifier(child) && isTypeName(child)) {
      const symbol = checker.getSymbolAtLocation(child);
      const target = symbol && resolve(checker, symbol);
      if (target && isOurs(target)) found.push(target);
    }
    ts.forEachChild(child, visit);
  };
  ts.forEachChild(node, visit);
  return found;
}

function isTypeName(node) {
  return (
    ts.isTypeReferenceNode(node.parent) ||
    ts.isExpressionWithTypeArguments(node.parent) ||
    ts.isTypeQueryNode(node.parent)
  );
}

function isOurs(symbol) {
  const kinds = ts.SymbolFlags.Interface | ts.SymbolFlags.TypeAlias | ts.SymbolFlags.Variable;
  const file = symbol.declarations?.[0]?.getSourceFile().fileName ?? '';
  const inside = !relative(root, file).startsWith('..') && !file.split(/[\\/]/).includes('node_modules');
  return Boolean(symbol.flags & kinds) && inside;
}

/** A declaration that still imports something would make the package depend on it. */
function refuseForeign(body, entry) {
  const found = /\bimport\(|\bv\.[A-Z]/.exec(body);
  if (found !== null)
    throw new Error(
      `declarations: ${entry}: expected no import, found ${body.slice(found.index, found.index + 80)}`,
    );
}
