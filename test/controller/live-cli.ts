// `explain` in this process, with a clock and a facts file of its own.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { run } from '../cli/support.ts';
import type { Flags, Raw } from './case.ts';
import type { Look } from './live-cases.ts';

/** The parts of `explain --format json` that are compared. */
export interface Difference {
  readonly id: string;
  readonly message: string;
  readonly predicted: boolean;
}

export interface Explained {
  readonly ingress: { readonly namespace: string; readonly name: string };
  readonly problems: readonly { readonly severity: string; readonly condition: string | null }[];
  readonly seen: { readonly differences: readonly Difference[] };
}

export interface Answer {
  readonly differences: readonly Difference[];
  /** As a person reads it. */
  readonly text: string;
}

/** @param kubeconfig its path */
export async function explainOne(kubeconfig: string, namespace: string, look: Look): Promise<Answer> {
  const words = ['explain', 'ingress/web', '-n', namespace, `--kubeconfig=${kubeconfig}`];
  const now = Date.now;
  const clock = vi.spyOn(Date, 'now').mockImplementation(() => now.call(Date) + (look.minutesLater ?? 0) * 60_000);
  try {
    const text = await runWithFacts(words, look.facts);
    const json = await runWithFacts([...words, '--format', 'json'], look.facts);
    // What the program prints itself.
    const { seen } = JSON.parse(json) as Explained;
    return { differences: seen.differences, text };
  } finally {
    clock.mockRestore();
  }
}

export async function explainAll(kubeconfig: string, flags: Flags): Promise<readonly Explained[]> {
  const words = ['explain', '--all', '-A', `--kubeconfig=${kubeconfig}`, '--format', 'json'];
  const given = Object.entries(flags).filter(([, value]) => value !== '');
  const { plans } = JSON.parse(await runWithFacts(words, { controller: Object.fromEntries(given) })) as {
    readonly plans: readonly Explained[];
  };
  return plans;
}

/** Google's API may not be asked; and objects are as they are stored. */
async function runWithFacts(words: readonly string[], facts: Raw | undefined): Promise<string> {
  const dir = mkdtempSync(join(tmpdir(), 'guard-live-'));
  try {
    const file = join(dir, 'facts.yaml');
    writeFileSync(file, JSON.stringify({ apiVersion: 'gke-ingress-guard.dev/v1', kind: 'ClusterFacts', ...facts }));
    const given = facts === undefined ? [] : ['--facts', file];
    const { code, out, err } = await run([...words, '--no-gke-api', '--no-mutate', ...given]);
    // With certain errors it ends with 1.
    if (code === 2) throw new Error(err);
    return out;
  } finally {
    rmSync(dir, { recursive: true });
  }
}
