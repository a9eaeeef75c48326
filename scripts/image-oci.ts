// `npm run image:oci -- FILE`: the image as one tar archive, an OCI image layout for amd64 and arm64, without Docker. The
// same sources and the same base give the same bytes. docs/supply-chain.md says what to do with it.
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { cleanEnvironment } from './image/environment.ts';
import { ARCHITECTURES, ociImageOf, writeLayout } from './image/oci.ts';
import { buildImageTree } from './image/tree.ts';

const CONTEXT = fileURLToPath(new URL('..', import.meta.url));
const USAGE = `Usage: npm run image:oci -- FILE.tar [--base DIR] [--tree DIR] [--revision COMMIT]
  --base DIR         OCI image layout of the base image, with both architectures (skopeo copy --all docker://IMAGE oci:DIR);
                     without it the image holds the program only, and no Node.js to run it
  --tree DIR         what npm run image:tree has written; without it, it is built first
  --revision COMMIT  for the label org.opencontainers.image.revision
SOURCE_DATE_EPOCH, in seconds, is the time of all that is written; without it that is 1970, and the image gives no time.`;

const log = (line: string): void => void process.stderr.write(`${line}\n`);

interface Wanted {
  readonly file: string;
  readonly base: string | undefined;
  readonly tree: string | undefined;
  readonly revision: string | undefined;
  readonly epoch: number | undefined;
}

function wantedOf(words: readonly string[]): Wanted {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    args: [...words],
    options: { base: text, tree: text, revision: text },
    allowPositionals: true,
  });
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw new Error('one FILE is needed');
  if (existsSync(file)) throw new Error(`${file} is there already: name one that is not.`);
  const { base, tree, revision } = values;
  return { file: resolve(file), base, tree, revision, epoch: epochOf(process.env['SOURCE_DATE_EPOCH']) };
}

function epochOf(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  if (!/^\d{1,10}$/.test(text)) throw new Error(`SOURCE_DATE_EPOCH must be whole seconds, and is "${text}"`);
  return Number(text);
}

function write({ file, base, tree, revision, epoch }: Wanted): void {
  const work = mkdtempSync(join(tmpdir(), 'guard-oci-'));
  try {
    const built = tree ?? join(work, 'tree');
    if (tree === undefined) buildImageTree({ context: CONTEXT, target: built, env: cleanEnvironment(), log });
    const args = new Map(revision === undefined ? [] : [['REVISION', revision]]);
    const image = ociImageOf({ context: CONTEXT, tree: built, base, args, epoch });
    writeLayout(image, file, epoch);
    if (base === undefined) {
      log('No base image (--base DIR): this one has no Node.js and no C library, so it does not run as a container.');
    }
    process.stdout.write(`${image.digest}  ${ARCHITECTURES.join(', ')}, ${statSync(file).size} bytes\n`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function main(words: readonly string[]): number {
  let wanted: Wanted;
  try {
    wanted = wantedOf(words);
  } catch (error) {
    log(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    return 1;
  }
  try {
    write(wanted);
    return 0;
  } catch (error) {
    log(error instanceof Error ? error.message : String(error));
    return 1;
  }
}

process.exitCode = main(process.argv.slice(2));
