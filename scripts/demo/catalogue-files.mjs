// The demo shop's own product data: small static files, so that a page loads what it shows and no more.
import { categoryPath, departmentsFor, slugOf } from './departments.mjs';

const PER_PAGE = 24;
const PER_BUCKET = 40;

/** FNV-1a, as the shop's pages compute it to find an item's file. */
export function hash(text) {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    value ^= text.charCodeAt(i);
    value = Math.imul(value, 0x01000193);
  }
  return value >>> 0;
}

const byText = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

function groupBy(values, key) {
  const groups = new Map();
  for (const value of values) {
    const members = groups.get(key(value));
    if (members === undefined) groups.set(key(value), [value]);
    else members.push(value);
  }
  return groups;
}

function offerOf(item, market) {
  const local = item.offers?.find((offer) => offer.market === market);
  return { ...item, ...local };
}

const partsOf = (item) => item.title.split(', ');

/** What the variants' titles begin with, up to a comma: the title of their group. */
function sharedParts(variants) {
  const [first, ...rest] = variants.map(partsOf);
  const apart = first.findIndex((part, i) => rest.some((parts) => parts[i] !== part));
  return apart <= 0 ? first : first.slice(0, apart);
}

function productOf(id, variants, { market, department }) {
  const sorted = variants.map((item) => offerOf(item, market)).toSorted((a, b) => byText(a.id, b.id));
  const [first] = sorted;
  return {
    id,
    title: sharedParts(sorted).join(', '),
    department: department(first),
    category: slugOf(department(first)),
    path: categoryPath(first),
    ...(first.brand ? { brand: first.brand } : {}),
    ...(first.description ? { description: first.description } : {}),
    variants: sorted.map((item) => ({
      id: item.id,
      title: item.title,
      label: partsOf(item).slice(sharedParts(sorted).length).join(', ') || item.title,
      ...(item.price === undefined ? {} : { price: item.price }),
      ...(item.sale_price === undefined ? {} : { salePrice: item.sale_price }),
      inStock: item.availability !== 'out_of_stock',
    })),
  };
}

function departmentFiles(products, files) {
  const departments = [...groupBy(products, (product) => product.department)].map(([name, members]) => ({
    name,
    members,
  }));
  departments.sort((a, b) => b.members.length - a.members.length || byText(a.name, b.name));
  return departments.map(({ name, members }) => {
    const slug = slugOf(name);
    const pages = Math.ceil(members.length / PER_PAGE);
    for (let page = 0; page < pages; page++)
      files.set(`category/${slug}/${page + 1}.json`, members.slice(page * PER_PAGE, (page + 1) * PER_PAGE));
    const [cover] = members;
    return {
      slug,
      name,
      count: members.length,
      pages,
      cover: { id: cover.id, title: cover.title, path: cover.path },
    };
  });
}

/** A product under its own id and under each variant's, so that either leads to its page. */
function bucketFiles(products, buckets, files) {
  const contents = Array.from({ length: buckets }, () => ({}));
  for (const product of products) {
    for (const id of new Set([product.id, ...product.variants.map((variant) => variant.id)]))
      contents[hash(id) % buckets][id] = product;
  }
  for (const [bucket, content] of contents.entries()) files.set(`items/${bucket}.json`, content);
}

/**
 * @param {Iterable<object>} items the imported catalogue
 * @param {string | undefined} market whose prices and titles the shop shows
 * @returns what every page must know, and each file's content by its path below /shop/
 */
export function catalogueFiles(items, market) {
  const all = [...items];
  const department = departmentsFor(all);
  const products = [...groupBy(all, (item) => item.item_group_id ?? item.id)].map(([id, variants]) =>
    productOf(id, variants, { market, department }),
  );
  products.sort((a, b) => hash(a.id) - hash(b.id) || byText(a.id, b.id));
  const files = new Map();
  const categories = departmentFiles(products, files);
  const buckets = Math.max(1, Math.ceil(products.length / PER_BUCKET));
  bucketFiles(products, buckets, files);
  const position = new Map(categories.map(({ slug }, index) => [slug, index]));
  const lines = products.map(({ id, title, category, path, variants }) => [
    id,
    title,
    position.get(category),
    variants[0].salePrice ?? variants[0].price ?? null,
    path,
  ]);
  files.set('search.json', lines);
  return { total: products.length, buckets, categories, files };
}
