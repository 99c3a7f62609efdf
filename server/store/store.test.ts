import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { assertVersion, openDatabase } from './sqlite.ts';
import { SITE, storeCases, wireEvent } from './store.case.ts';
import { openStore } from './store.ts';

const folder = mkdtempSync(join(tmpdir(), 'tacit-store-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const newFile = () => join(folder, `${++files}.db`);

storeCases('SQLite', () => openStore(newFile()));

describe('the SQLite file', () => {
  it('is synced at every commit, in a write-ahead log', () => {
    const db = openDatabase(newFile());
    expect(db.pragma('synchronous')).toBe(2);
    expect(db.pragma('journal_mode')).toBe('wal');
    expect(db.pragma('foreign_keys')).toBe(1);
    db.close();
  });

  it('keeps what it has when opened again, and two processes may hold it', () => {
    const file = newFile();
    const one = openStore(file);
    one.sites.ensure(SITE, []);
    one.events.accept(SITE, 'p', [wireEvent()], 1);
    const two = openStore(file);
    expect(two.events.count(SITE)).toBe(1);
    two.events.accept(SITE, 'p', [wireEvent()], 1);
    expect(one.events.count(SITE)).toBe(2);
    one.close();
    two.close();
  });

  it('reads to the end of its snapshot while another connection writes', () => {
    const file = newFile();
    const [reader, writer] = [openStore(file), openStore(file)];
    reader.sites.ensure(SITE, []);
    reader.events.accept(SITE, 'p', [wireEvent(), wireEvent()], 1);
    const rows = reader.interactions.all(SITE)[Symbol.iterator]();
    rows.next();
    writer.events.accept(SITE, 'p', [wireEvent()], 1);
    rows.next();
    expect(rows.next().done).toBe(true);
    expect(reader.interactions.count(SITE)).toBe(3);
    reader.close();
    writer.close();
  });

  it('refuses a file of a newer schema, and one that is no database', () => {
    const file = newFile();
    openStore(file).close();
    const db = openDatabase(file);
    db.pragma('user_version = 99');
    db.close();
    expect(() => openStore(file)).toThrow(expect.objectContaining({ code: 'newer-schema' }));
    const other = newFile();
    writeFileSync(other, 'not a database, but long enough to have a header'.repeat(100));
    expect(() => openStore(other)).toThrow(expect.objectContaining({ code: 'corrupt' }));
  });

  it('refuses an SQLite whose log can be reset under a reader', () => {
    for (const bad of ['3.7.0', '3.51.2', '3.50.9', '2.8.17'])
      expect(() => assertVersion(bad)).toThrow(`found ${bad}`);
    for (const good of ['3.51.3', '3.52.0', '4.0.0']) expect(() => assertVersion(good)).not.toThrow();
  });
});
