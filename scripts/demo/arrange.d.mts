export interface ArrangedShop {
  readonly home: string;
  readonly site: string;
  readonly folder: string;
  readonly mode?: 'off' | 'aggregate' | 'events';
  readonly refreshEvery?: number;
}
export function arrangeShop(
  shop: ArrangedShop,
): Promise<{ total: number; categories: readonly { slug: string; name: string; count: number }[] }>;
