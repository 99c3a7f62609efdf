import type { ReleaseId, SiteId } from '../../shared/protocol/ids.ts';
import type { Market } from '../../shared/protocol/manifest.ts';
import type { Aliases } from '../registry/contract.ts';
import type { PublishedRelease, RecordedRun, RunNote, RunNotes, Store } from './contract.ts';
import { StoreError } from './errors.ts';
import type { Database } from './sqlite.ts';
import type { Tables } from './tables.ts';

export function sitesTable(db: Database): Store['sites'] {
  return {
    ensure(site, markets) {
      const row = { site, markets: JSON.stringify(markets) };
      db.run(
        db.query
          .insertInto('site')
          .values(row)
          .onConflict((c) => c.column('site').doUpdateSet({ markets: row.markets })),
      );
    },
    markets(site) {
      const row = db.get(db.query.selectFrom('site').select('markets').where('site', '=', site));
      return row ? (JSON.parse(row.markets) as Market[]) : [];
    },
    list: () =>
      db.all(db.query.selectFrom('site').select('site').orderBy('site')).map((row) => row.site as SiteId),
  };
}

export function runsTable(db: Database): Store['runs'] {
  const runs = (site: SiteId) =>
    db.query.selectFrom('run').selectAll().where('site', '=', site).orderBy('number', 'desc');
  return {
    record(site, trained, artefacts) {
      if (artefacts.length !== trained.parts.length)
        throw new RangeError(
          `record: expected an artefact for each of ${trained.parts.length} parts, found ${artefacts.length}`,
        );
      const { parts, exam: _, ...rest } = trained;
      const described = parts.map(({ bytes, ...part }, i) => ({
        ...part,
        bytes: bytes.length,
        sha256: artefacts[i],
      }));
      const data = JSON.stringify({ trained: rest, parts: described });
      return db.transaction(() => {
        const number = (db.get(runs(site).limit(1))?.number ?? 0) + 1;
        const run = `run-${number}`;
        db.run(
          db.query
            .insertInto('run')
            .values({ site, number, run, data, recorded_at: trained.lineage.trainedAt }),
        );
        return run;
      });
    },
    latest: (site) => recorded(db.get(runs(site).limit(1))),
    get: (site, run) => recorded(db.get(runs(site).where('run', '=', run))),
    list: (site) => db.all(runs(site)).map((row) => recorded(row)!),
    aliases: (site) => aliasesOf(db, site),
    ...runNotes(db),
  };
}

function aliasesOf(db: Database, site: SiteId): Aliases {
  const released = db.all(
    db.query.selectFrom('release').select('run').where('site', '=', site).orderBy('version', 'desc'),
  );
  const champion = released[0]?.run;
  const promoted = new Set(released.map(({ run }) => run));
  const newest = db.all(
    db.query.selectFrom('run').select('run').where('site', '=', site).orderBy('number', 'desc'),
  );
  const since = newest.slice(
    0,
    champion === undefined ? undefined : newest.findIndex(({ run }) => run === champion),
  );
  return { champion, challenger: since.find(({ run }) => !promoted.has(run))?.run };
}

function runNotes(db: Database): Pick<Store['runs'], 'note' | 'notes'> {
  return {
    note(site, run, kind, value) {
      const found = db.query.selectFrom('run').select('run').where('site', '=', site).where('run', '=', run);
      if (!db.get(found))
        throw new StoreError('unknown-run', `expected a recorded run, found ${JSON.stringify(run)}`);
      db.run(db.query.insertInto('run_note').values({ site, run, kind, data: JSON.stringify(value) }));
    },
    notes: <K extends RunNote>(site: SiteId, run: string, kind: K) =>
      db
        .all(
          db.query
            .selectFrom('run_note')
            .select('data')
            .where('site', '=', site)
            .where('run', '=', run)
            .where('kind', '=', kind)
            .orderBy('seq'),
        )
        .map(({ data }) => JSON.parse(data) as RunNotes[K]),
  };
}

function recorded(row: Tables['run'] | undefined): RecordedRun | undefined {
  if (!row) return undefined;
  const data = JSON.parse(row.data) as Pick<RecordedRun, 'trained' | 'parts'>;
  return { run: row.run, ...data, recordedAt: row.recorded_at };
}

export function releasesTable(db: Database): Store['releases'] {
  const newest = (site: SiteId) =>
    db.query.selectFrom('release').selectAll().where('site', '=', site).orderBy('version', 'desc');
  return {
    add: (site, release) =>
      db.transaction(() => {
        const highest = db.get(newest(site).limit(1))?.version ?? 0;
        if (release.version <= highest)
          throw new StoreError(
            'version-not-higher',
            `expected a version above ${highest}, found ${release.version}: versions only rise`,
          );
        const run = db.query
          .selectFrom('run')
          .select('run')
          .where('site', '=', site)
          .where('run', '=', release.run);
        if (!db.get(run))
          throw new StoreError(
            'unknown-run',
            `expected a recorded run, found ${JSON.stringify(release.run)}`,
          );
        const { publishedAt: published_at, ...rest } = release;
        db.run(db.query.insertInto('release').values({ ...rest, site, published_at }));
      }),
    current: (site) => published(db.get(newest(site).limit(1))),
    list: (site) => db.all(newest(site)).map((row) => published(row)!),
  };
}

function published(
  row: (Omit<Tables['release'], 'run'> & { run: string }) | undefined,
): PublishedRelease | undefined {
  if (!row) return undefined;
  const { site: _, published_at: publishedAt, release, ...rest } = row;
  return { ...rest, release: release as ReleaseId, publishedAt };
}
