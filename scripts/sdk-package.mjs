// Makes dist/sdk a package that installs nothing else: package.json, declarations, licence.
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
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
    files: ['*.js', '*.js.map', '*.wasm', 'tacit.d.ts', 'LICENSE'],
  };
}

export function writeSdkPackage() {
  writeFileSync(join(FOLDER, 'package.json'), `${JSON.stringify(packageJson(), null, 2)}\n`);
  writeFileSync(join(FOLDER, 'tacit.d.ts'), declarations('client/index.ts'));
  copyFileSync(join(root, 'LICENSE'), join(FOLDER, 'LICENSE'));
}
