export function findChromium(): Promise<{ executablePath: string; args: string[] } | undefined>;
export function needChromium(): Promise<{ executablePath: string; args: string[] }>;
