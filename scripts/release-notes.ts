// `npm run release:notes -- vX.Y.Z`: what CHANGELOG.md says of it; fails where the tag is not the version of package.json.
import { readFileSync } from 'node:fs';
import { notesOf } from './release/notes.ts';

const read = (file: string): string => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');

function main([tag]: readonly string[]): number {
  try {
    if (tag === undefined) throw new Error('Usage: npm run release:notes -- vX.Y.Z');
    const { version }: { version: string } = JSON.parse(read('package.json'));
    process.stdout.write(notesOf(read('CHANGELOG.md'), tag, version));
    return 0;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

process.exitCode = main(process.argv.slice(2));
