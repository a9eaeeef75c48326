// Helm and helm-docs, built from their Go modules.
import { fileURLToPath } from 'node:url';
import { type GoModule, goMod } from './go-programs.ts';

const HELM_MODULE = fileURLToPath(new URL('./helm/', import.meta.url));
/** Helm's Makefile does the same: what `helm template` takes for the cluster's version. */
const KUBERNETES_MINOR = goMod(HELM_MODULE, /k8s\.io\/client-go v0\.(\d+)/);
const PACKAGES = ['pkg/chartutil', 'pkg/lint/rules'];
const VERSIONS = PACKAGES.flatMap((name) => [
  `-X helm.sh/helm/v3/${name}.k8sVersionMajor=1`,
  `-X helm.sh/helm/v3/${name}.k8sVersionMinor=${KUBERNETES_MINOR}`,
]);

export const HELM: GoModule<'helm'> = {
  what: 'Helm',
  name: 'helm',
  dir: HELM_MODULE,
  files: ['go.mod', 'go.sum'],
  packages: ['helm.sh/helm/v3/cmd/helm'],
  programs: ['helm'],
  ldflags: ['-s', '-w', ...VERSIONS].join(' '),
  duration: 'about 3 minutes',
  wayOut: '',
};

export const HELM_DOCS: GoModule<'helm-docs'> = {
  what: 'helm-docs',
  name: 'helm-docs',
  dir: fileURLToPath(new URL('./helm-docs/', import.meta.url)),
  files: ['go.mod', 'go.sum'],
  packages: ['github.com/norwoodj/helm-docs/cmd/helm-docs'],
  programs: ['helm-docs'],
  ldflags: '-s -w',
  duration: 'less than a minute',
  wayOut: '',
};
