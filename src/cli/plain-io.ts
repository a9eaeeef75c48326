// The last door before a terminal: whatever a command prints, of files, a cluster or Google, nothing in it acts or hides.
import { plainLine, plainLines } from '../kubernetes/plain-text.ts';
import type { Io } from './io.ts';

/** As reports write colours; they clean what they colour. */
const OWN_COLOUR = new RegExp(`(${String.fromCharCode(0x1b)}\\[\\d{1,2}m)`);

export function plainIo(io: Io): Io {
  const { progress } = io;
  return {
    ...io,
    ...(progress === undefined ? {} : { progress: (line: string) => progress(plainLine(line)) }),
    out: (text) => io.out(io.hasColour ? besideColours(text) : plainLines(text)),
    err: (text) => io.err(plainLines(text)),
  };
}

function besideColours(text: string): string {
  return text
    .split(OWN_COLOUR)
    .map((part, index) => (index % 2 === 1 ? part : plainLines(part)))
    .join('');
}
