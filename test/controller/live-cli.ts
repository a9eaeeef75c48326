// `explain` in this process, with a clock and a facts file of its own.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { run } from '../cli/support.ts';
import type { Answer } from './live.ts';
import type { Look } from './live-cases.ts';

/** Not Google's API, which no test may ask; and objects as they are stored. */
const WORDS = ['--no-gke-api', '--no-mutate'];

export async function runGuardAt(words: readonly string[], { minutesLater = 0, facts }: Look): Promise<Answer> {
  const dir = mkdtempSync(join(tmpdir(), 'guard-live-'));
  const now = Date.now;
  const clock = vi.spyOn(Date, 'now').mockImplementation(() => now.call(Date) + minutesLater * 60_000);
  try {
    const file = join(dir, 'facts.yaml');
    const all = { apiVersion: 'gke-ingress-guard.dev/v1', kind: 'ClusterFacts', ...facts };
    writeFileSync(file, JSON.stringify(all));
    const given = facts === undefined ? [] : ['--facts', file];
    const asText = await run([...words, ...WORDS, ...given]);
    const asJson = await run([...words, ...WORDS, ...given, '--format', 'json']);
    // With certain errors it ends with 1.
    if (asJson.code === 2) throw new Error(asJson.err);
    return { differences: JSON.parse(asJson.out).seen.differences, text: asText.out };
  } finally {
    clock.mockRestore();
    rmSync(dir, { recursive: true });
  }
}
