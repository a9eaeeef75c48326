// The log of `serve`: one line of JSON each, in which nothing that a client sent can act on a terminal.

import { plainJson } from '../kubernetes/plain-text.ts';
import { type Logger, pino } from './bundled/pino.ts';

const WARN = 40;

/** How long a line of level info waits for others, and how much text does not wait: a write of its own for each costs too much. */
const GATHER = { ms: 10, chars: 16_384 } as const;

/**
 * Lines of level info go out together, a moment later. Warnings and errors go at once, with what waits before them.
 *
 * @param write gets whole lines, each with its line feed
 */
export function createLogger(write: (lines: string) => void): Logger {
  let waiting = '';
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const lines = waiting;
    waiting = '';
    if (lines !== '') write(lines);
  };
  const destination = {
    // With it pino writes the level of the line into lastLevel before it calls write.
    [Symbol.for('pino.metadata')]: true,
    lastLevel: 0,
    write(line: string): void {
      waiting += `${plainJson(line.trimEnd())}\n`;
      if (this.lastLevel >= WARN || waiting.length >= GATHER.chars) flush();
      else timer ??= setTimeout(flush, GATHER.ms);
    },
  };
  return pino({ level: 'info' }, destination);
}
