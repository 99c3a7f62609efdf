/**
 * Why a bundle file was refused, or could not be written.
 * truncated, trailing: fewer or more bytes than the header states; magic, version, kind: another sort of file;
 * checksum: the header was altered; meta, section: the header is whole but does not describe this kind of file;
 * content: a section holds what it cannot; input: the encoder was given what the format cannot carry.
 */
export type BundleErrorCode =
  | 'truncated'
  | 'trailing'
  | 'magic'
  | 'version'
  | 'kind'
  | 'checksum'
  | 'meta'
  | 'section'
  | 'content'
  | 'input';

export class BundleError extends Error {
  readonly code: BundleErrorCode;

  constructor(code: BundleErrorCode, message: string) {
    super(message);
    this.name = 'BundleError';
    this.code = code;
  }
}

/** Throws unless `ok`; the message is made only then. */
export function demand(ok: boolean, code: BundleErrorCode, message: () => string): asserts ok {
  if (!ok) throw new BundleError(code, message());
}
