// Flux's kustomize-controller, Argo CD, kubectl and Helm themselves, each built once from its Go module.
import { fileURLToPath } from 'node:url';
import { type GoModule, goMod } from '../cluster/go-programs.ts';

const KUSTOMIZE_CONTROLLER = 'github.com/fluxcd/kustomize-controller';
const ARGO_CD = 'github.com/argoproj/argo-cd/v3';

export const fluxModule: GoModule<'kustomize-controller'> = {
  what: "Flux's kustomize-controller",
  name: 'kustomize-controller',
  dir: fileURLToPath(new URL('./flux/', import.meta.url)),
  files: ['go.mod', 'go.sum'],
  // A tool in go.mod, so that no main of ours has to repeat its own.
  packages: [KUSTOMIZE_CONTROLLER],
  programs: ['kustomize-controller'],
  ldflags: '-s -w',
  duration: 'about 5 minutes',
  wayOut: '',
};

/** One program for all of Argo CD: `ARGOCD_BINARY_NAME` says which of them it is. */
export const argocdModule: GoModule<'cmd'> = {
  what: 'Argo CD',
  name: 'argocd',
  dir: fileURLToPath(new URL('./argocd/', import.meta.url)),
  files: ['go.mod', 'go.sum'],
  packages: [`${ARGO_CD}/cmd`],
  programs: ['cmd'],
  ldflags: '-s -w',
  duration: 'about 6 minutes',
  wayOut: '',
};

/**
 * It starts to work once all kinds that it watches are there. Those of source-controller are of the version whose types are in
 * its go.mod.
 */
export function fluxDefinitions() {
  const { dir } = fluxModule;
  const version = (name: string): string => goMod(dir, new RegExp(`^\\s*github\\.com/fluxcd/${name} (v\\S+)`, 'm'));
  return [
    {
      module: `github.com/fluxcd/source-controller@${version('source-controller/api')}`,
      files: ['buckets', 'gitrepositories', 'ocirepositories'].map(
        (kind) => `config/crd/bases/source.toolkit.fluxcd.io_${kind}.yaml`,
      ),
    },
    {
      module: `${KUSTOMIZE_CONTROLLER}@${version('kustomize-controller')}`,
      files: ['config/crd/bases/kustomize.toolkit.fluxcd.io_kustomizations.yaml'],
    },
  ];
}

export function argocdDefinitions() {
  const version = goMod(argocdModule.dir, /^\s*github\.com\/argoproj\/argo-cd\/v3 (v\S+)/m);
  return {
    module: `${ARGO_CD}@${version}`,
    files: ['application', 'appproject'].map((kind) => `manifests/crds/${kind}-crd.yaml`),
  };
}

export const helmModule: GoModule<'helm'> = {
  what: 'Helm',
  name: 'helm',
  dir: fileURLToPath(new URL('./helm/', import.meta.url)),
  files: ['go.mod', 'go.sum'],
  packages: ['helm.sh/helm/v4/cmd/helm'],
  programs: ['helm'],
  ldflags: '-s -w',
  duration: 'about 2 minutes',
  wayOut: '',
};
