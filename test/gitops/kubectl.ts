// kubectl itself, and what it prints.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { goPrograms, logToStderr } from '../cluster/go-programs.ts';
import { argocd } from '../cluster/sync-programs.ts';
import type { TestCluster } from '../cluster/test-cluster.ts';

export interface Printed {
  readonly stdout: string;
  readonly stderr: string;
}

/** @param input what it reads from the standard input, or the folder that it runs in */
export type Kubectl = (args: readonly string[], input?: string | { readonly cwd: string }) => Printed;

export async function kubectlOf({ controlPlane }: TestCluster): Promise<Kubectl> {
  const { kubectl } = await goPrograms(argocd, logToStderr, process.env);
  const common = [`--kubeconfig=${controlPlane.kubeconfig()}`, `--cache-dir=${join(controlPlane.dir, 'kubectl')}`];
  return (args, input = '') => {
    const place = typeof input === 'string' ? { input } : input;
    const options = { ...place, encoding: 'utf8', timeout: 60_000 } as const;
    const { stdout, stderr } = spawnSync(kubectl, [...common, ...args], options);
    return { stdout, stderr };
  };
}
