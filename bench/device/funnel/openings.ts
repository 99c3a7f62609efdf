import type { Browser, BrowserContext } from 'playwright';
import { openProfile } from '../browser/chromium.ts';
import { type Summary, summarise } from '../measure/statistics.ts';
import type { BenchShop, Published, Storage } from './shop.ts';
import { viewsOf } from './shoppers.ts';
import { openTab, settled, statusOf, visit, workerStart } from './visit.ts';

/** A page that opens on a device that knows the shop. */
export interface ColdStart {
  readonly storage: Storage;
  /** where the device said that it keeps things */
  readonly kept: string;
  /** ms from the worker's start (its `timeOrigin`) to the first slate in the page's hands */
  readonly fromStart: Summary;
  /** ms from the moment at which the page asked for a worker: process, script and all */
  readonly fromAsked: Summary;
  /** ms from the navigation to the slate that stood there last, from the page's own memory; undefined: nothing did */
  readonly lastSlate: Summary | undefined;
  /** ms from the navigation to a slate from what the shopper did */
  readonly personal: Summary | undefined;
}

const VIEWS = 5;

interface Rounds {
  readonly storage: Storage;
  readonly rounds: number;
}

/**
 * The release was downloaded and kept on a disk by an earlier page; every page here is the tab's next one, with a new
 * worker.
 */
export async function coldStarts(
  shop: BenchShop,
  published: Published,
  openings: Rounds,
): Promise<ColdStart> {
  const { context, close } = await openProfile();
  try {
    return await nextPages(context, shop, published, openings);
  } finally {
    await close();
  }
}

async function nextPages(
  context: BrowserContext,
  shop: BenchShop,
  published: Published,
  { storage, rounds }: Rounds,
): Promise<ColdStart> {
  const tab = await openTab(context);
  const views = viewsOf(published.items, VIEWS, 3);
  await visit(context, shop, published, { storage, keeps: true, views, tab });
  const kept = (await settled(tab)).parts;
  const [fromStart, fromAsked, last, personal]: number[][] = [[], [], [], []];
  for (let round = 0; round < rounds; round++) {
    const { opening } = await visit(context, shop, published, {
      ...{ storage, views: [], tab },
      // Another address each time, as in a shop: the same one again would be a reload.
      path: round % 2 === 0 ? '/next' : '/',
      keeps: true,
    });
    fromStart!.push(opening.first.at - (await workerStart(tab)));
    fromAsked!.push(opening.first.at - opening.workerAsked);
    if (opening.last !== undefined) last!.push(opening.last.at);
    if (opening.personal !== undefined) personal!.push(opening.personal.at);
    await statusOf(tab);
  }
  const maybe = (samples: readonly number[]) => (samples.length === 0 ? undefined : summarise(samples));
  return {
    storage,
    kept,
    fromStart: summarise(fromStart!),
    fromAsked: summarise(fromAsked!),
    lastSlate: maybe(last!),
    personal: maybe(personal!),
  };
}

export interface FirstVisit {
  readonly items: number;
  /** ms from the navigation to a slate that is the same for everybody */
  readonly popular: Summary;
  /** ms from the navigation to the first slate from what the shopper did on this page */
  readonly personal: Summary;
}

/** A browser that has never been here. */
export async function firstVisits(
  browser: Browser,
  shop: BenchShop,
  published: Published,
  rounds: number,
): Promise<FirstVisit> {
  const popular: number[] = [];
  const personal: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const context = await browser.newContext();
    const views = viewsOf(published.items, 1, 10 + round);
    const { opening } = await visit(context, shop, published, { storage: 'opfs', keeps: true, views });
    popular.push(opening.first.at);
    if (opening.personal !== undefined) personal.push(opening.personal.at);
    await context.close();
  }
  return { items: published.items, popular: summarise(popular), personal: summarise(personal) };
}
