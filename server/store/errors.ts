export type StoreErrorCode =
  | 'old-sqlite'
  /** a newer Tacit wrote this file */
  | 'newer-schema'
  /** nothing was ensured for this site */
  | 'unknown-site'
  | 'constraint'
  /** disk full, locked or failing: the same call may succeed later */
  | 'unavailable'
  | 'corrupt'
  | 'failed'
  /** a release must have a higher version than every one before */
  | 'version-not-higher'
  | 'unknown-run';

export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;
  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
