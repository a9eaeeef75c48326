// Where Node.js keeps what V8 has compiled of the sources, for all the programs that tests start and for the tests themselves.
import { globSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const COMPILED = fileURLToPath(new URL('../../node_modules/.cache/node-compile', import.meta.url));

/** Some 100 MB, after a dozen runs: each has a name of its own for every test file, which no other run asks for again. */
const MAX_FILES = 15_000;

/** Before the unit tests. */
export function setup(): void {
  if (globSync('*/*', { cwd: COMPILED }).length > MAX_FILES) rmSync(COMPILED, { recursive: true, force: true });
}
