// The kubectl of the demo: the user's own where it is new enough, else one that is built from its Go module.
import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { at } from '../../src/kubernetes/read.ts';
import { type GoModule, goPrograms, type Log } from '../../test/cluster/go-programs.ts';

export interface Kubectl {
  readonly program: string;
  /** To be put in front of the PATH; undefined where it is there already. */
  readonly directory: string | undefined;
}

/** Of what docs/install.md asks for. */
const OLDEST_MINOR = 30;

/** Of the same module as the tests' own, without the libraries of Argo CD: who needs only kubectl does not wait for them. */
const MODULE: GoModule<'kubectl'> = {
  what: 'kubectl',
  name: 'kubectl',
  dir: fileURLToPath(new URL('../../test/cluster/argocd-sync/', import.meta.url)),
  files: ['go.mod', 'go.sum'],
  packages: ['k8s.io/kubernetes/cmd/kubectl'],
  programs: ['kubectl'],
  ldflags: '-s -w',
  duration: 'some minutes',
  wayOut: `, or install kubectl 1.${OLDEST_MINOR} or later`,
};

/** @throws Error where there is none, and none can be built */
export async function kubectlProgram(log: Log): Promise<Kubectl> {
  const found = await minorOf('kubectl');
  if (found !== undefined && found >= OLDEST_MINOR) return { program: 'kubectl', directory: undefined };
  const why = found === undefined ? 'There is no kubectl on the PATH' : `The kubectl on the PATH is 1.${found}`;
  log(`${why}: the demo uses one of its own.`);
  const { kubectl: program } = await goPrograms(MODULE, log, process.env);
  return { program, directory: dirname(program) };
}

/** undefined where it does not say */
async function minorOf(program: string): Promise<number | undefined> {
  try {
    const { stdout } = await promisify(execFile)(program, ['version', '--client', '-o', 'json']);
    // GKE's kubectl says "32+".
    const minor = Number.parseInt(String(at(JSON.parse(stdout), 'clientVersion', 'minor')), 10);
    return Number.isNaN(minor) ? undefined : minor;
  } catch {
    return undefined;
  }
}

/** What a command of the demo needs in its environment, so that nothing of the user's own cluster and home is touched. */
export function environmentOf(kubeconfig: string): Readonly<Record<string, string>> {
  return { KUBECONFIG: kubeconfig, KUBECACHEDIR: join(dirname(kubeconfig), 'kubectl-cache') };
}

/** @throws Error with what it wrote where it ends with another code than 0 */
export async function runKubectl({ program }: Kubectl, kubeconfig: string, args: readonly string[]): Promise<string> {
  const env = { ...process.env, ...environmentOf(kubeconfig) };
  const { stdout } = await promisify(execFile)(program, args, { env, maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}
