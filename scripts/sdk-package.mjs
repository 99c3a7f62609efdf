// Makes dist/sdk a package that installs nothing else: package.json, declarations, licence, and whose work it carries.
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { declarations } from './declarations.mjs';
import { root } from './ready.mjs';

const FOLDER = join(root, 'dist/sdk');

function packageJson() {
  const { version, license } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return {
    name: 'tacit-sdk',
    version,
    description: 'Recommendations made in the shopper’s browser: the page’s side and its worker.',
    license,
    type: 'module',
    sideEffects: false,
    types: './tacit.d.ts',
    exports: {
      '.': { types: './tacit.d.ts', default: './tacit.js' },
      './worker': './tacit-worker.js',
      './ranker': './tacit-ranker.js',
      './service-worker': './tacit-service-worker.js',
      './snippet': './snippet.js',
      './package.json': './package.json',
    },
    files: ['*.js', '*.js.map', '*.wasm', 'tacit.d.ts', 'LICENSE', 'THIRD-PARTY.txt'],
  };
}

/** Packages whose code is built into some file of the SDK. */
const CARRIED = ['@noble/ed25519', 'comlink', 'idb', 'onnxruntime-web', 'valibot'];

function notice(name) {
  const folder = join(root, 'node_modules', name);
  const { version, license, author, repository } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  );
  const by = typeof author === 'string' ? author : author?.name;
  const from = typeof repository === 'string' ? repository : repository?.url;
  const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
  const text = file === undefined ? '' : `\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
  return `${name} ${version}, ${license}${by ? `, ${by}` : ''}${from ? `\n${from}` : ''}\n${text}`;
}

export function writeSdkPackage() {
  writeFileSync(join(FOLDER, 'package.json'), `${JSON.stringify(packageJson(), null, 2)}\n`);
  writeFileSync(join(FOLDER, 'tacit.d.ts'), declarations('client/index.ts'));
  copyFileSync(join(root, 'LICENSE'), join(FOLDER, 'LICENSE'));
  writeFileSync(join(FOLDER, 'THIRD-PARTY.txt'), CARRIED.map(notice).join(`\n${'-'.repeat(72)}\n\n`));
}
