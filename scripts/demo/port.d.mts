export function portFor(asked: number | undefined): Promise<number | undefined>;
