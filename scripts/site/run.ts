import { spawnSync } from 'node:child_process';

/** @throws where the program fails: its own words are on the terminal then */
export function runIn(cwd: string, program: string, words: readonly string[]): void {
  const { status, error } = spawnSync(program, words, { cwd, stdio: 'inherit' });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${program} ${words.join(' ')}: exit code ${status}`);
}
