import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';

export type { TopLevelSpec } from 'vega-lite';

export interface Plot {
  readonly title: string;
  readonly svg: string;
}

/** A figure before it is drawn. */
export interface Wanted {
  readonly title: string;
  readonly spec: TopLevelSpec;
}

/** What every figure of ours begins with. */
export const BASE = {
  $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
  width: 560,
  background: 'transparent',
} as const;

/**
 * Ink and lines take the page's text colour, so that a figure is read on a light page as on a dark one; the colours of
 * marks are legible on both.
 */
const ON_ANY_PAGE = {
  font: 'system-ui, sans-serif',
  axis: {
    labelColor: 'currentColor',
    titleColor: 'currentColor',
    domainColor: 'currentColor',
    domainOpacity: 0.4,
    tickColor: 'currentColor',
    tickOpacity: 0.4,
    gridColor: 'currentColor',
    gridOpacity: 0.12,
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: 500,
    labelLimit: 220,
  },
  legend: { labelColor: 'currentColor', titleColor: 'currentColor' },
  view: { stroke: 'transparent' },
  text: { fill: 'currentColor' },
  range: { category: ['#2f7fd6', '#d9822b', '#2e9e6b', '#c2456f', '#8a63d2', '#6b7785'] },
} as const;

/** Draws in Node, without a browser. */
export async function drawPlots(wanted: readonly Wanted[]): Promise<Plot[]> {
  const plots: Plot[] = [];
  for (const { title, spec } of wanted) {
    const config = { ...ON_ANY_PAGE, ...spec.config };
    const view = new View(parse(compile({ ...spec, config } as TopLevelSpec).spec), { renderer: 'none' });
    plots.push({ title, svg: await view.toSVG() });
    view.finalize();
  }
  return plots;
}
