import type { SiteId } from '../../shared/protocol/ids.ts';
import { manifestOf } from '../publish/publish.ts';
import type { PublishedRelease } from '../store/contract.ts';
import type { Report } from './command.ts';

/** What `publish` and `rollback` say of the release that they made. */
export function releaseReport(site: SiteId, released: PublishedRelease): Report {
  const manifest = manifestOf(released);
  const bytes = manifest.parts.reduce((sum, part) => sum + part.bytes, 0);
  const { release, version, run, reason, publishedAt } = released;
  return {
    data: {
      site,
      release,
      version,
      run,
      reason,
      publishedAt,
      expiresAt: manifest.expiresAt,
      items: manifest.items,
      bytes,
      parts: manifest.parts,
    },
    lines: [
      `${site}: release ${release}, version ${version} (${reason} of ${run})`,
      `${manifest.items} items, ${manifest.parts.length} parts, ${(bytes / 1e6).toFixed(2)} MB, valid until ${new Date(manifest.expiresAt).toISOString()}`,
    ],
  };
}
