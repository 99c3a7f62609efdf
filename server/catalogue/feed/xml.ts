import { SaxesParser } from 'saxes';
import { InputError } from '../input.ts';
import { readText } from '../reading/text.ts';

/** One product of a feed: its elements by name without prefix, the first where one is repeated. */
export interface FeedEntry {
  readonly line: number;
  readonly fields: ReadonlyMap<string, string>;
}

/** RSS 2.0 calls a product `item`, Atom `entry`. */
const ENTRY_NAMES = new Set(['item', 'entry']);
/** More text between two products than any product has. */
const LONGEST_ENTRY = 1024 * 1024;

/**
 * The products of an XML feed, as they are read: RSS or Atom, with or without the `g:` prefix. Markup declarations are not
 * followed, so nothing outside the file is read and no entity grows.
 * @throws InputError syntax, too-long, and what readText throws
 */
export async function* readFeed(file: string): AsyncGenerator<readonly FeedEntry[]> {
  const collector = new Collector(file);
  for await (const text of readText(file)) {
    // In pieces, so that an endless product is noticed before it has filled the memory.
    for (let at = 0; at < text.length; at += LONGEST_ENTRY)
      collector.write(text.slice(at, at + LONGEST_ENTRY));
    yield collector.take();
  }
  collector.close();
  yield collector.take();
}

class Collector {
  readonly #file: string;
  readonly #parser = new SaxesParser();
  #entries: FeedEntry[] = [];
  #fields: Map<string, string> | undefined;
  #line = 0;
  /** the open element inside a product, and how deep below the product we are */
  #name = '';
  #depth = 0;
  #text = '';
  #since = 0;

  constructor(file: string) {
    this.#file = file;
    this.#parser.on('error', (error) => {
      throw this.#refusal('syntax', 'well-formed XML', error.message.replace(/^\d+:\d+: /, ''));
    });
    this.#parser.on('opentag', ({ name }) => this.#open(localName(name)));
    this.#parser.on('closetag', ({ name }) => this.#close(localName(name)));
    this.#parser.on('text', (text) => this.#append(text));
    this.#parser.on('cdata', (text) => this.#append(text));
  }

  write(text: string): void {
    this.#since += text.length;
    if (this.#since > 4 * LONGEST_ENTRY)
      throw this.#refusal('too-long', `products of at most ${LONGEST_ENTRY} characters`, 'a longer one');
    this.#parser.write(text);
  }

  close(): void {
    this.#parser.close();
  }

  take(): readonly FeedEntry[] {
    const entries = this.#entries;
    this.#entries = [];
    return entries;
  }

  #open(name: string): void {
    if (!this.#fields) {
      this.#since = 0;
      if (!ENTRY_NAMES.has(name)) return;
      this.#fields = new Map();
      this.#line = this.#parser.line;
      this.#depth = 0;
      return;
    }
    this.#depth += 1;
    if (this.#depth !== 1) return;
    this.#name = name;
    this.#text = '';
  }

  #close(name: string): void {
    if (!this.#fields) return;
    if (this.#depth === 0) {
      this.#entries.push({ line: this.#line, fields: this.#fields });
      this.#fields = undefined;
      this.#since = 0;
      return;
    }
    this.#depth -= 1;
    if (this.#depth === 0 && name === this.#name && !this.#fields.has(name))
      this.#fields.set(name, this.#text.trim());
  }

  #append(text: string): void {
    if (this.#fields && this.#depth > 0) this.#text += text;
  }

  #refusal(code: 'syntax' | 'too-long', expected: string, found: string): InputError {
    return new InputError(code, { file: this.#file, line: this.#parser.line }, { expected, found });
  }
}

const localName = (name: string): string => name.slice(name.indexOf(':') + 1).toLowerCase();
