import { existsSync, readFileSync } from 'node:fs';

/** The version of the package that `module` belongs to: the nearest package.json above it, source or built. */
export function packageVersion(module: string): string {
  for (let folder = new URL('.', module); ; folder = new URL('..', folder)) {
    const file = new URL('package.json', folder);
    if (existsSync(file)) {
      const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version?: string };
      if (version !== undefined) return version;
    }
    if (folder.pathname === '/' || folder.href === new URL('..', folder).href) return 'unknown';
  }
}
