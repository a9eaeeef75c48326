// kubectl itself, and what it prints.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { goPrograms, logToStderr } from '../cluster/go-programs.ts';
import { argocd } from '../cluster/sync-programs.ts';
import type { TestCluster } from '../cluster/test-cluster.ts';

/** The lines on both outputs, in the order in which a terminal of them alone would show them: what was asked for, then what it says. */
export type Kubectl = (args: readonly string[], input?: string) => { readonly stdout: string; readonly stderr: string };

export async function kubectlOf({ controlPlane }: TestCluster): Promise<Kubectl> {
  const { kubectl } = await goPrograms(argocd, logToStderr, process.env);
  const common = [`--kubeconfig=${controlPlane.kubeconfig()}`, `--cache-dir=${join(controlPlane.dir, 'kubectl')}`];
  return (args, input = '') => {
    const { stdout, stderr } = spawnSync(kubectl, [...common, ...args], { input, encoding: 'utf8', timeout: 60_000 });
    return { stdout, stderr };
  };
}
