import { readFileSync } from 'node:fs';

export type Environment = Readonly<Record<string, string | undefined>>;

export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
  readonly code = 'environment';
}

/**
 * Secrets that an operator gives instead of letting the home make its own, each as `NAME` or, for a mounted file,
 * as `NAME_FILE`.
 */
const SECRETS = {
  signingKey: {
    name: 'TACIT_SIGNING_KEY',
    what: 'an Ed25519 key as PKCS #8 PEM',
    form: /^-----BEGIN PRIVATE KEY-----/,
  },
  nextSigningKey: {
    name: 'TACIT_NEXT_SIGNING_KEY',
    what: 'an Ed25519 key as PKCS #8 PEM',
    form: /^-----BEGIN PRIVATE KEY-----/,
  },
  pepper: { name: 'TACIT_PEPPER', what: '32 characters or more', form: /^\S{32,}$/ },
  writeKey: { name: 'TACIT_WRITE_KEY', what: '16 to 512 characters', form: /^\S{16,512}$/ },
  adminKey: { name: 'TACIT_ADMIN_KEY', what: '43 to 512 characters (256 bits)', form: /^\S{43,512}$/ },
} as const;

export type GivenSecrets = { readonly [K in keyof typeof SECRETS]?: string };

/** @throws EnvironmentError with the variable's name and what was expected, never with its value */
export function readSecrets(environment: Environment): GivenSecrets {
  const given: { -readonly [K in keyof GivenSecrets]: string } = {};
  for (const [key, { name, what, form }] of Object.entries(SECRETS)) {
    const value = readOne(environment, name);
    if (value === undefined) continue;
    if (!form.test(value))
      throw new EnvironmentError(
        `${name}: expected ${what}, found ${value.length} characters of something else`,
      );
    given[key as keyof typeof SECRETS] = value;
  }
  return given;
}

function readOne(environment: Environment, name: string): string | undefined {
  const value = environment[name] || undefined;
  const file = environment[`${name}_FILE`] || undefined;
  if (value !== undefined && file !== undefined)
    throw new EnvironmentError(`expected ${name} or ${name}_FILE, found both`);
  if (file === undefined) return value?.trim();
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new EnvironmentError(`${name}_FILE: expected a readable file, found ${file} (${code})`);
  }
}
