import { config } from './config.ts';

const formats = new Map<string, Intl.NumberFormat>();

export function money(amount: number, currency = config.currency): string {
  const format =
    formats.get(currency) ?? new Intl.NumberFormat(navigator.language, { style: 'currency', currency });
  formats.set(currency, format);
  return format.format(amount);
}
