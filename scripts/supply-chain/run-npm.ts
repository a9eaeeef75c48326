// npm over what is shipped, seen as a project of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type Shipped, writeProject } from '../bundle/shipped.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface NpmAnswer {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** @param root of the checkout @param words without "npm" */
export async function runNpm(
  root: string,
  shipped: Shipped,
  words: readonly string[],
  env: Environment,
): Promise<NpmAnswer> {
  const cwd = mkdtempSync(join(tmpdir(), 'guard-shipped-'));
  try {
    writeProject(root, shipped, cwd);
    const child = spawn('npm', words, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    return { code, stdout, stderr };
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}
