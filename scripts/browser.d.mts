export function findChromium(): Promise<{ executablePath: string; args: string[] } | undefined>;
export function needChromium(): Promise<{ executablePath: string; args: string[] }>;
export function findFirefox(): string | undefined;
export function findWebKit(): { driver: string; xvfb: string; browser: string } | undefined;
export function nameMissingEngines(): void;
