// A writer of tar archives (POSIX pax): directories, files and symbolic links of user and group 0, in the order given.
// It is short, and it is ours, because the bytes are a promise: the same entries give the same archive, and no update of a
// library can change that (docs/adr/0026). `tar` of the machine reads it back in the tests.

interface EntryOf<Kind extends string> {
  readonly kind: Kind;
  /** Relative, without "." and "..", and without a final slash. */
  readonly path: string;
}

export type TarEntry =
  | EntryOf<'directory'>
  | (EntryOf<'file'> & { readonly isExecutable: boolean; readonly content: () => Buffer })
  | (EntryOf<'link'> & { readonly target: string });

const BLOCK = 512;
/** What the name of a header has room for; longer ones are in a record of their own before it. */
const NAME_BYTES = 100;

const TYPES = { file: '0', link: '2', directory: '5', pax: 'x' } as const;

/** @param mtime of every entry, in seconds since 1970 */
export function* tarOf(entries: Iterable<TarEntry>, mtime: number): Generator<Buffer> {
  for (const entry of entries) yield* entryOf(entry, mtime);
  // Two blocks of zeros end an archive.
  yield Buffer.alloc(2 * BLOCK);
}

function* entryOf(entry: TarEntry, mtime: number): Generator<Buffer> {
  const name = entry.kind === 'directory' ? `${entry.path}/` : entry.path;
  const target = entry.kind === 'link' ? entry.target : '';
  const long = [...longRecord('path', name), ...longRecord('linkpath', target)].join('');
  if (long !== '') {
    yield header({ name: 'PaxHeader', target: '', type: TYPES.pax, mode: 0o644, size: Buffer.byteLength(long), mtime });
    yield* padded(Buffer.from(long));
  }
  const content = entry.kind === 'file' ? entry.content() : Buffer.alloc(0);
  const mode = modeOf(entry);
  yield header({ name, target, type: TYPES[entry.kind], mode, size: content.length, mtime });
  yield* padded(content);
}

/** As git knows them: only user 0 may write, whatever the modes were here. Links have no mode of their own. */
function modeOf(entry: TarEntry): number {
  if (entry.kind === 'link') return 0o777;
  return entry.kind === 'directory' || entry.isExecutable ? 0o755 : 0o644;
}

/** "LENGTH key=value\n", where LENGTH counts itself. */
function longRecord(key: string, value: string): readonly string[] {
  if (Buffer.byteLength(value) <= NAME_BYTES) return [];
  const rest = ` ${key}=${value}\n`;
  const bytes = Buffer.byteLength(rest);
  let length = bytes + String(bytes).length;
  if (bytes + String(length).length > length) length += 1;
  return [`${length}${rest}`];
}

interface Header {
  readonly name: string;
  readonly target: string;
  readonly type: string;
  readonly mode: number;
  readonly size: number;
  readonly mtime: number;
}

function header({ name, target, type, mode, size, mtime }: Header): Buffer {
  const block = Buffer.alloc(BLOCK);
  block.write(name, 0, NAME_BYTES);
  block.write(octal(mode, 8), 100);
  block.write(octal(0, 8), 108);
  block.write(octal(0, 8), 116);
  block.write(octal(size, 12), 124);
  block.write(octal(mtime, 12), 136);
  // The sum is taken with spaces in its own place.
  block.fill(' ', 148, 156);
  block.write(type, 156);
  block.write(target, 157, NAME_BYTES);
  block.write('ustar\u000000', 257, 'latin1');
  block.write(octal(0, 8), 329);
  block.write(octal(0, 8), 337);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\u0000 `, 148, 'latin1');
  return block;
}

/** @throws {Error} where the number does not fit: a file of 8 GiB, or a time after 2242 */
function octal(value: number, bytes: number): string {
  const digits = value.toString(8).padStart(bytes - 1, '0');
  if (digits.length >= bytes) throw new Error(`${value} does not fit into ${bytes} bytes of a tar header`);
  return `${digits}\u0000`;
}

function* padded(content: Buffer): Generator<Buffer> {
  if (content.length === 0) return;
  yield content;
  const rest = content.length % BLOCK;
  if (rest !== 0) yield Buffer.alloc(BLOCK - rest);
}
