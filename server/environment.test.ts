import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readSecrets } from './environment.ts';
import { openHome } from './home.ts';
import { generateSigningKey, readSigningKey } from './publish/signing.ts';

const folder = mkdtempSync(join(tmpdir(), 'tacit-environment-'));
afterAll(() => rmSync(folder, { recursive: true }));
const SITE = 'shop' as never;

describe('secrets from the environment', () => {
  it('are read from a variable or from the file that it names', () => {
    const file = join(folder, 'pepper');
    writeFileSync(file, `${'p'.repeat(40)}\n`);
    expect(readSecrets({})).toEqual({});
    expect(readSecrets({ TACIT_PEPPER: 'q'.repeat(32), TACIT_HOME: 'x' })).toEqual({
      pepper: 'q'.repeat(32),
    });
    expect(readSecrets({ TACIT_PEPPER_FILE: file })).toEqual({ pepper: 'p'.repeat(40) });
  });

  it('are refused with what was expected, and never told', () => {
    const both = { TACIT_PEPPER: 'p'.repeat(32), TACIT_PEPPER_FILE: 'x' };
    expect(() => readSecrets(both)).toThrow('expected TACIT_PEPPER or TACIT_PEPPER_FILE, found both');
    expect(() => readSecrets({ TACIT_PEPPER_FILE: join(folder, 'none') })).toThrow(
      /TACIT_PEPPER_FILE.*ENOENT/,
    );
    const bad = {
      TACIT_PEPPER: 'short',
      TACIT_ADMIN_KEY: 'guessable',
      TACIT_WRITE_KEY: 'tiny',
      TACIT_SIGNING_KEY: 'nonsense',
    };
    for (const [name, value] of Object.entries(bad)) {
      expect(() => readSecrets({ [name]: value })).toThrow(`${name}: expected`);
      expect(() => readSecrets({ [name]: value })).not.toThrow(value);
    }
  });

  it("take the place of a home's own", () => {
    const pem = generateSigningKey();
    const given = {
      TACIT_SIGNING_KEY: pem,
      TACIT_ADMIN_KEY: 'a'.repeat(43),
      TACIT_WRITE_KEY: 'w'.repeat(16),
    };
    const home = openHome(join(folder, 'home'), given);
    expect(home.keys.current.publicKey).toBe(readSigningKey(pem).publicKey);
    expect(home.keys.access(SITE)).toEqual({ admin: 'a'.repeat(43), write: 'w'.repeat(16) });
    expect(home.store.keys.matches(SITE, 'admin', 'a'.repeat(43))).toBe(true);
    home.close();
    const own = openHome(join(folder, 'home'), {});
    expect(own.keys.current.publicKey).not.toBe(readSigningKey(pem).publicKey);
    expect(own.keys.next.publicKey).toBe(home.keys.next.publicKey);
    own.close();
  });
});
