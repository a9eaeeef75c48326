// Which program the tests start: the sources, or the one that GUARD_TEST_PROGRAM names, as dist/main.js, which `npm run build` has made of
// them with the bundled libraries. The cluster tests make one for themselves: built-program.ts.
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export const MAIN = resolve(ROOT, process.env['GUARD_TEST_PROGRAM'] ?? 'src/main.ts');
