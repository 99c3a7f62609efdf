export type EngineErrorCode =
  | 'missing-part'
  | 'mismatched-parts'
  | 'bad-settings'
  | 'feature-schema'
  | 'bad-ranker'
  | 'bad-encoder';

/** A release that this engine cannot run; `code` tells the cases apart. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly code: EngineErrorCode;
  readonly found: string;
  readonly expected: string;

  constructor(
    code: EngineErrorCode,
    { what, found, expected }: { readonly what: string; readonly found: string; readonly expected: string },
  ) {
    super(`${what}: found ${found}, expected ${expected}`);
    this.code = code;
    this.found = found;
    this.expected = expected;
  }
}
