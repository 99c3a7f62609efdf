// How the demo shop is arranged: by the catalogue's own categories; what has none lies among the curiosities.
const REST = 'Curiosities';
const LEAST_DEPARTMENTS = 4;

export const slugOf = (name) =>
  name
    .toLowerCase()
    .replace(/&/g, 'and')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '') || 'more';

const levels = (type) =>
  (type ?? '')
    .split('>')
    .map((part) => part.trim())
    .filter(Boolean);

/** The category as a release's cards say it: the first two levels. */
export const categoryPath = (item) => levels(item.product_type).slice(0, 2).join(' > ');

/** @returns {(item: {product_type?: string}) => string} an item's department by name */
export function departmentsFor(items) {
  const first = new Set(items.map((item) => levels(item.product_type)[0]).filter(Boolean));
  const level = first.size < LEAST_DEPARTMENTS ? 1 : 0;
  return (item) => {
    const path = levels(item.product_type);
    return path[level] ?? path[0] ?? REST;
  };
}
