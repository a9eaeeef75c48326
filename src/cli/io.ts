// What a command may touch of the process: handed in by main.ts, so that tests hand in their own.

export interface Io {
  /** Results. */
  readonly out: (text: string) => void;
  /** Everything else: errors, progress. */
  readonly err: (text: string) => void;
  /** One line on a terminal's stderr, which the next one replaces, "" none; left out where stderr is no terminal. */
  readonly progress?: (line: string) => void;
  readonly readStdin: () => Promise<Buffer>;
  /** Whether results go to a terminal that wants colour. */
  readonly hasColour: boolean;
  /** Of the terminal that results go to; left out: there is none. */
  readonly columns?: number;
  /** Whether the program runs in a Pod; left out, it does not. */
  readonly isInPod?: boolean;
  /** What other programs are started with; left out: as this one was. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Resolves at the first SIGTERM or SIGINT. */
  readonly terminated: () => Promise<string>;
}

/** Exit codes of every command. */
export const EXIT = { clean: 0, findings: 1, failed: 2 } as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The day in UTC, YYYY-MM-DD, by which exemptions end. */
export function today(): string {
  const day = Math.floor(Date.now() / DAY_MS);
  if (day !== last.day) last = { day, text: new Date(day * DAY_MS).toISOString().slice(0, 10) };
  return last.text;
}

const DAY_MS = 86_400_000;
/** Asked for with each review, and rarely another. */
let last = { day: Number.NaN, text: '' };
