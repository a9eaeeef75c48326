// The programs that write objects again and again: kubectl, and the libraries with which Flux and Argo CD apply, each built
// from its Go module. They run against a control plane of the tests, on one object.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { KubeObject } from './api-client.ts';
import type { ControlPlane } from './control-plane.ts';
import { type GoModule, goPrograms, type Log, logToStderr } from './go-programs.ts';

const flux: GoModule<'flux-apply'> = {
  what: "the apply of Flux's kustomize-controller",
  name: 'flux-apply',
  dir: fileURLToPath(new URL('./flux-apply/', import.meta.url)),
  files: ['go.mod', 'go.sum', 'main.go'],
  packages: ['.'],
  programs: ['flux-apply'],
  ldflags: '-s -w',
  duration: 'about 2 minutes',
  wayOut: '',
};

export const argocd: GoModule<'argocd-sync' | 'kubectl'> = {
  what: "Argo CD's GitOps engine and kubectl",
  name: 'argocd-sync',
  dir: fileURLToPath(new URL('./argocd-sync/', import.meta.url)),
  files: ['go.mod', 'go.sum', 'main.go'],
  // kubectl is in go.mod as a tool: the engine brings its libraries along.
  packages: ['.', 'k8s.io/kubernetes/cmd/kubectl'],
  programs: ['argocd-sync', 'kubectl'],
  ldflags: '-s -w',
  duration: 'about 5 minutes',
  wayOut: '',
};

/** Applies the object once, in the one way of the client; the lines that it says. */
export type Sync = (object: KubeObject) => Promise<readonly string[]>;

export interface SyncPrograms {
  /** @param args of kubectl, in front of the object, which is given on standard input */
  kubectl(...args: readonly string[]): Sync;
  flux(rounds: number): Sync;
  argocd(way: 'apply' | 'server-side' | 'replace', rounds: number): Sync;
}

export async function syncPrograms(controlPlane: ControlPlane, log: Log = logToStderr): Promise<SyncPrograms> {
  const { 'flux-apply': fluxApply } = await goPrograms(flux, log, process.env);
  const { 'argocd-sync': argocdSync, kubectl } = await goPrograms(argocd, log, process.env);
  const kubeconfig = `--kubeconfig=${controlPlane.kubeconfig()}`;
  const program =
    (path: string, ...args: readonly string[]): Sync =>
    (object) =>
      run(path, args, JSON.stringify(object));
  return {
    kubectl: (...args) => program(kubectl, kubeconfig, `--cache-dir=${join(controlPlane.dir, 'kubectl')}`, ...args),
    flux: (rounds) => program(fluxApply, kubeconfig, `--rounds=${rounds}`),
    argocd: (way, rounds) => program(argocdSync, kubeconfig, `--way=${way}`, `--rounds=${rounds}`),
  };
}

/** @throws Error with what it wrote where it ends with another code than 0 */
async function run(path: string, args: readonly string[], input: string): Promise<readonly string[]> {
  const running = promisify(execFile)(path, args, { timeout: 60_000 });
  running.child.stdin?.end(input);
  const { stdout } = await running;
  return stdout.trimEnd().split('\n');
}
