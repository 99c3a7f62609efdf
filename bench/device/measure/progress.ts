/** Says on stderr what runs, with the seconds since the start; stdout is the result's alone. */
export type Tell = (text: string) => void;

export function tellOnStderr(clock: () => number): Tell {
  const started = clock();
  return (text) => {
    const seconds = ((clock() - started) / 1000).toFixed(0).padStart(4);
    process.stderr.write(`${seconds} s  ${text}\n`);
  };
}
