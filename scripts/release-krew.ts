// `npm run release:krew -- DIR --repository OWNER/NAME`: into DIR, which is made, the archive of the plug-in of kubectl and its
// manifest for krew. What is in the archive is what the Dockerfile copies, built here.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { cleanEnvironment } from './image/environment.ts';
import { buildImageTree } from './image/tree.ts';
import { krewFiles } from './release/krew.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const USAGE = 'Usage: npm run release:krew -- DIR --repository OWNER/NAME';

function write(words: readonly string[]): void {
  const { values, positionals } = parseArgs({
    args: [...words],
    options: { repository: { type: 'string' } },
    allowPositionals: true,
  });
  const [target] = positionals;
  if (target === undefined || values.repository === undefined) throw new Error(USAGE);
  const { version, description }: { version: string; description: string } = JSON.parse(
    readFileSync(join(ROOT, 'package.json'), 'utf8'),
  );
  const work = mkdtempSync(join(tmpdir(), 'guard-krew-'));
  try {
    const tree = join(work, 'tree');
    const log = (line: string): void => void process.stderr.write(`${line}\n`);
    buildImageTree({ context: ROOT, target: tree, env: cleanEnvironment(), log });
    const mtime = Number(process.env['SOURCE_DATE_EPOCH'] ?? '0');
    const files = krewFiles({ version, description, repository: values.repository, tree, mtime });
    mkdirSync(target, { recursive: true });
    for (const [name, content] of files) {
      writeFileSync(join(target, name), content);
      process.stdout.write(`${join(target, name)}  ${content.length} bytes\n`);
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

try {
  write(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
