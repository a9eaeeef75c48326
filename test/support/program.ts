// Which program the tests start: the sources, or, where GUARD_TEST_PROGRAM names it, what `npm run build` made of them, with the bundled
// libraries: GUARD_TEST_PROGRAM=dist/main.js.
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export const MAIN = resolve(ROOT, process.env['GUARD_TEST_PROGRAM'] ?? 'src/main.ts');
