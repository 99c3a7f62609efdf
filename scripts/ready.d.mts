export const root: string;
export function say(text: string): void;
export function run(title: string, command: string, args: readonly string[], options?: object): void;
export function ready(): void;
