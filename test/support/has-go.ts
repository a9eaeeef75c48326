// Whether tests that need Go can run here. Where they cannot, they are left out; with CI=true they never are.
import { spawnSync } from 'node:child_process';

/** @throws {Error} with CI=true where there is none: what CI leaves out, nobody sees */
export function findGo(env: NodeJS.ProcessEnv): boolean {
  const isThere = spawnSync('go', ['version'], { env }).status === 0;
  if (isThere || env['CI'] !== 'true') return isThere;
  throw new Error(
    'There is no "go" on the PATH. Install Go 1.26 or later: with CI=true no test that needs it is skipped.',
  );
}

export const hasGo = findGo(process.env);
