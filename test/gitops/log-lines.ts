import { readFileSync } from 'node:fs';

export type LogLine = Readonly<Record<string, unknown>>;

/** Of a log whose lines are JSON objects; what is none is left out, and so is a last line that is still being written. */
export function logLinesIn(file: string): readonly LogLine[] {
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as LogLine] : []));
}
