export type PublishErrorCode =
  | 'no-run'
  | 'no-release'
  | 'incomplete'
  | 'bad-artifact'
  | 'incompatible'
  | 'no-ranker';

export class PublishError extends Error {
  override readonly name = 'PublishError';
  readonly code: PublishErrorCode;
  constructor(code: PublishErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
