// Where the tests take etcd and kube-apiserver from: a folder the caller names, a cache, or a build from source.
import { fileURLToPath } from 'node:url';
import { type GoModule, goMod, goPrograms, type Log, missingFrom, plainError, programsIn } from './go-programs.ts';

export type Binaries = { readonly etcd: string; readonly kubeApiserver: string };

const dir = fileURLToPath(new URL('./control-plane/', import.meta.url));
const programs = ['etcd', 'kube-apiserver'] as const;

function controlPlaneModule(): GoModule<(typeof programs)[number]> {
  // Without a version stamped in, the API server says v0.0.0-master.
  const version = `-X k8s.io/component-base/version.gitVersion=${goMod(dir, /^\s*k8s\.io\/kubernetes (v\S+)/m)}`;
  return {
    what: 'kube-apiserver and etcd',
    name: 'control-plane',
    dir,
    files: ['go.mod', 'go.sum', 'etcd/main.go', 'kube-apiserver/main.go'],
    packages: ['./etcd', './kube-apiserver'],
    programs,
    ldflags: `-s -w ${version}`,
    duration: 'about 10 minutes',
    wayOut:
      ', or set KUBEBUILDER_ASSETS to a folder that has etcd and kube-apiserver (`setup-envtest use -p path` prints one)',
  };
}

/**
 * Paths of both programs: from `KUBEBUILDER_ASSETS` if that is set, else from the cache, else built into it.
 *
 * @throws {Error} that says what is missing and what to do about it.
 */
export async function controlPlaneBinaries(log: Log, env: NodeJS.ProcessEnv = process.env): Promise<Binaries> {
  const assets = env['KUBEBUILDER_ASSETS'];
  const { etcd, 'kube-apiserver': kubeApiserver } = assets
    ? fromAssets(assets)
    : await goPrograms(controlPlaneModule(), log, env);
  return { etcd, kubeApiserver };
}

function fromAssets(assets: string): ReturnType<typeof programsIn<(typeof programs)[number]>> {
  const found = programsIn(assets, programs);
  const missing = missingFrom(found);
  if (missing.length === 0) return found;
  throw plainError(
    `KUBEBUILDER_ASSETS is ${JSON.stringify(assets)}, and these are not there or not executable: ${missing.join(', ')}.`,
    'The tests start the etcd and kube-apiserver of that folder.',
    'Fill it (`setup-envtest use -p path` prints a folder that has both), or unset it: the tests then build both.',
  );
}
