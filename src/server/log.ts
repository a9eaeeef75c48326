// The log of `serve`: one line of JSON each, in which nothing that a client sent can act on a terminal.
import { type Logger, pino } from 'pino';
import { plainJson } from '../kubernetes/plain-text.ts';

/** @param write gets whole lines, each with its line feed */
export function createLogger(write: (line: string) => void): Logger {
  return pino({ level: 'info' }, { write: (line) => write(`${plainJson(line.trimEnd())}\n`) });
}
