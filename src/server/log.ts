// The log of `serve`: one line of JSON each, in which nothing that a client sent can act on a terminal.
import { type Logger, pino } from 'pino';
import { plainJson } from '../kubernetes/plain-text.ts';

const WARN = 40;

/**
 * Lines of level info wait for the end of the turn of the loop and go out together: a write of its own for each review costs as
 * much as judging it. Warnings and errors go at once, with what waits before them.
 *
 * @param write gets whole lines, each with its line feed
 */
export function createLogger(write: (lines: string) => void): Logger {
  let waiting = '';
  const flush = (): void => {
    const lines = waiting;
    waiting = '';
    if (lines !== '') write(lines);
  };
  const destination = {
    // With it pino writes the level of the line into lastLevel before it calls write.
    [Symbol.for('pino.metadata')]: true,
    lastLevel: 0,
    write(line: string): void {
      if (waiting === '') setImmediate(flush);
      waiting += `${plainJson(line.trimEnd())}\n`;
      if (this.lastLevel >= WARN) flush();
    },
  };
  return pino({ level: 'info' }, destination);
}
