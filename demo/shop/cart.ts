/** A line of the cart. Kept by the shop itself, from the moment a shopper puts something in: no sooner. */
export interface CartLine {
  readonly id: string;
  readonly group: string;
  readonly title: string;
  readonly path: string;
  readonly price: number;
  readonly quantity: number;
}

const KEY = 'shop-cart';
const MOST = 99;

export function lines(): readonly CartLine[] {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '[]') as CartLine[];
  } catch {
    return [];
  }
}

function keep(next: readonly CartLine[]): void {
  try {
    if (next.length === 0) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, JSON.stringify(next));
  } catch {
    // Without storage the cart lasts as long as the page.
  }
  document.dispatchEvent(new CustomEvent('cart'));
}

export function add(line: Omit<CartLine, 'quantity'>): void {
  const known = lines().find((other) => other.id === line.id);
  if (known === undefined) keep([...lines(), { ...line, quantity: 1 }]);
  else setQuantity(line.id, known.quantity + 1);
}

export function setQuantity(id: string, quantity: number): void {
  const wanted = Math.min(MOST, Math.max(1, quantity));
  keep(lines().map((line) => (line.id === id ? { ...line, quantity: wanted } : line)));
}

export const remove = (id: string): void => keep(lines().filter((line) => line.id !== id));

export const empty = (): void => keep([]);

export const count = (): number => lines().reduce((sum, line) => sum + line.quantity, 0);

export const total = (): number => lines().reduce((sum, line) => sum + line.quantity * line.price, 0);
