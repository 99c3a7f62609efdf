import type { TacitTrouble } from './contract.ts';

/** Tells the shop what went wrong, on the console where it does not listen; a listener that throws is its own affair. */
export interface Troubles {
  tell(code: string, message: string): void;
  /** runs `work`; what it throws is told, and `otherwise` is the answer */
  guard<T>(code: string, work: () => T, otherwise: T): T;
  guardAsync<T>(code: string, work: () => Promise<T>, otherwise: T): Promise<T>;
}

export function createTroubles(listener: () => ((trouble: TacitTrouble) => void) | undefined): Troubles {
  const tell = (code: string, message: string): void => {
    try {
      const hear = listener() ?? ((trouble) => console.warn('tacit', trouble));
      hear({ code, message });
    } catch (error) {
      console.error('tacit', error);
    }
  };
  const told = (code: string, error: unknown): void => {
    const own = error instanceof Error && 'code' in error && typeof error.code === 'string';
    tell(own ? String(error.code) : code, error instanceof Error ? error.message : String(error));
  };
  return {
    tell,
    guard(code, work, otherwise) {
      try {
        return work();
      } catch (error) {
        told(code, error);
        return otherwise;
      }
    },
    async guardAsync(code, work, otherwise) {
      try {
        return await work();
      } catch (error) {
        told(code, error);
        return otherwise;
      }
    },
  };
}
