/** What storage did not do: not in time, not any more, or not for want of room. */
export class StorageFailure extends Error {
  override readonly name = 'StorageFailure';
  readonly code: 'storage-timeout' | 'storage-lost' | 'storage-full';
  constructor(code: StorageFailure['code'], message: string) {
    super(message);
    this.code = code;
  }
}
