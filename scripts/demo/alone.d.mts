export function claim(file: string): number | undefined;
