// Reads files that somebody names: nothing is opened that could block or never end, and nothing is read beyond a limit.
import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';

export const MIB = 1024 * 1024;
/** What a cluster stores of one object is at most 1.5 MiB. */
const MAX_FILE = 64 * MIB;
/** Of all files together. */
export const MAX_INPUT = 256 * MIB;

/** @throws Error with what is wrong in words, or as the system says it */
export function readRegularFile(path: string): Buffer {
  refuseOther(statSync(path));
  // In between, a FIFO may have taken its place, whose opening would wait for a writer.
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  try {
    const stats = fstatSync(file);
    refuseOther(stats);
    refuseLarge(stats.size);
    return readToEnd(file, stats.size);
  } finally {
    closeSync(file);
  }
}

/** A file may grow while it is read, and some of the system's say that they are empty. */
function readToEnd(file: number, expected: number): Buffer {
  let buffer = Buffer.allocUnsafe(expected + 1);
  let size = 0;
  for (;;) {
    const count = readSync(file, buffer, size, buffer.length - size, null);
    if (count === 0) return buffer.subarray(0, size);
    size += count;
    refuseLarge(size);
    if (size === buffer.length) buffer = Buffer.concat([buffer, Buffer.allocUnsafe(size + 4096)]);
  }
}

/** @throws Error where a file, or standard input, has more bytes than are read */
export function refuseLarge(size: number): void {
  if (size > MAX_FILE) throw new Error(`it is larger than ${MAX_FILE / MIB} MiB; split it`);
}

function refuseOther(stats: Stats): void {
  if (stats.isDirectory()) throw new Error('it is a directory');
  const other = kindOf(stats);
  if (other === undefined) return;
  throw new Error(`it is ${other}, and only files are read; what a program writes can be piped into "-"`);
}

/** undefined for files and directories. */
export function kindOf(stats: Stats): string | undefined {
  if (stats.isFIFO()) return 'a FIFO (named pipe)';
  if (stats.isSocket()) return 'a socket';
  return stats.isCharacterDevice() || stats.isBlockDevice() ? 'a device' : undefined;
}

/** @throws Error where it is not UTF-8, which would otherwise read as one odd word and be passed over */
export function decodeText(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    const isUtf16 = ['fffe', 'feff'].includes(bytes.subarray(0, 2).toString('hex'));
    throw new Error(isUtf16 ? 'it is UTF-16; save it as UTF-8' : 'it is not UTF-8 text', { cause });
  }
}
