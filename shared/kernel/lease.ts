/** Something that its owner has given back: using it again is a mistake that must not read another's memory. */
export class Lease {
  #held = true;
  readonly #what: string;

  constructor(what: string) {
    this.#what = what;
  }

  demand(): void {
    if (!this.#held) throw new Error(`Found a freed ${this.#what}, expected one in use.`);
  }

  /** @returns true the first time */
  end(): boolean {
    const first = this.#held;
    this.#held = false;
    return first;
  }
}
