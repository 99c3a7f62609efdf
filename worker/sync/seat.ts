import type { ReleaseId } from '../../shared/protocol/ids.ts';
import type { Manifest } from '../../shared/protocol/manifest.ts';
import type { LevelName } from './levels.ts';
import type { Opened } from './open.ts';
import type { Artefacts } from './shelved.ts';

/** A release that serves, or the head of one. */
export interface Serving extends Opened {
  readonly manifest: Manifest;
  readonly level: LevelName;
  readonly bytes: number;
  readonly artefacts: Artefacts;
}

/** Who serves. One at a time: whoever takes the seat frees the one before. */
export interface Seat {
  current(): Serving | undefined;
  /** the highest version that this device has seen serve */
  highest(): number;
  raise(version: number): void;
  /** @returns the new one; undefined where the device was closed meanwhile, and then `opened` is closed too */
  take(artefacts: Artefacts, opened: Opened): Serving | undefined;
  /** nobody serves, if it is this one */
  leave(serving: Serving): void;
  isClosed(): boolean;
  close(): void;
  /** resolves when somebody serves for the first time */
  readonly first: Promise<void>;
}

const bytesOf = (parts: Iterable<{ readonly bytes: number }>): number =>
  [...parts].reduce((sum, part) => sum + part.bytes, 0);

/** @param onRelease called after the swap: whatever asks from now on is answered by this release, at this level */
export function createSeat(onRelease: (release: ReleaseId, level: LevelName) => void): Seat {
  let serving: Serving | undefined;
  let highest = 0;
  let closed = false;
  let onFirst: () => void = () => undefined;
  const first = new Promise<void>((resolve) => {
    onFirst = resolve;
  });
  const leave = (one: Serving | undefined): void => {
    if (one === undefined || one !== serving) return;
    serving = undefined;
    one.close();
  };
  return {
    first,
    current: () => serving,
    highest: () => highest,
    raise(version) {
      highest = Math.max(highest, version);
    },
    take(artefacts, opened) {
      if (closed) {
        opened.close();
        return undefined;
      }
      const before = serving;
      const { manifest, level, parts } = artefacts;
      serving = { ...opened, manifest, level, artefacts, bytes: bytesOf(parts.keys()) };
      highest = Math.max(highest, manifest.version);
      before?.close();
      onRelease(manifest.release, level);
      onFirst();
      return serving;
    },
    leave,
    isClosed: () => closed,
    close() {
      closed = true;
      leave(serving);
    },
  };
}
