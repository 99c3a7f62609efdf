/** A part of the worker's script did not come: the page was offline, or a new version took the old one's place. */
export class ScriptError extends Error {
  override readonly name = 'ScriptError';
  readonly code = 'script-unreachable';
}

/**
 * What takes releases off the wire, loaded where there is something to take: what a device keeps serves without it.
 * @throws ScriptError
 */
export const wire = () =>
  import('../wire.ts').catch((cause: unknown) => {
    throw new ScriptError(String(cause), { cause });
  });
