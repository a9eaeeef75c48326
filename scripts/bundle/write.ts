// Run by `npm run build` after the compiler: writes the bundled libraries, and their licences, into dist/, or into the directory that is
// named.
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { bundleOf } from './bundle.ts';
import { LICENCES_FILE, licencesOf } from './licences.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DIST = resolve(process.argv[2] ?? join(ROOT, 'dist'));

const { files, packages } = await bundleOf(ROOT);
// Of an earlier build: their names have a hash of the content.
rmSync(join(DIST, 'bundled'), { recursive: true, force: true });
for (const [name, code] of files) {
  const file = join(DIST, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, code);
  // Of the file that the compiler wrote, which is gone.
  if (existsSync(`${file}.map`)) rmSync(`${file}.map`);
}
writeFileSync(join(DIST, LICENCES_FILE), licencesOf(ROOT, packages));
