// Chart.yaml: name, version and what Artifact Hub shows, from package.json and, at a release, from what is released.
import { stringify } from 'yaml';

export interface Package {
  readonly version: string;
  readonly description: string;
  readonly license: string;
  /** Empty or left out until there is one. */
  readonly homepage?: string;
}

export interface Released {
  /** NAME@sha256:DIGEST. */
  readonly image: string;
  /** Where the sources are. */
  readonly source: string;
  /** The section of the changelog. */
  readonly changes: readonly Change[];
}

/** As Artifact Hub has them: https://artifacthub.io/docs/topics/annotations/helm/ */
export interface Change {
  readonly kind: 'added' | 'changed' | 'deprecated' | 'removed' | 'fixed' | 'security';
  readonly description: string;
}

const BANNER = '# Made by `npm run chart` from package.json.\n';

export function chartYaml({ version, description, license, homepage }: Package, released?: Released): string {
  const chart = {
    apiVersion: 'v2',
    name: 'gke-ingress-guard',
    description,
    type: 'application',
    version,
    appVersion: version,
    // matchConditions of webhooks. GKE's versions, such as 1.33.4-gke.1036000, are pre-releases to SemVer: hence "-0".
    kubeVersion: '>=1.30.0-0',
    keywords: ['gke', 'ingress', 'admission-webhook', 'load-balancer', 'neg'],
    ...(homepage ? { home: homepage } : {}),
    ...iconOf(version, homepage, released),
    ...(released === undefined ? {} : { sources: [released.source] }),
    annotations: annotationsOf(license, released),
  };
  return BANNER + stringify(chart, { lineWidth: 0 });
}

/** Of the site; where there is none, of the repository as it is tagged, from where GitHub serves files. */
function iconOf(version: string, homepage: string | undefined, released: Released | undefined) {
  if (homepage) return { icon: `${homepage}/assets/icon.svg` };
  const repository = /^https:\/\/github\.com\/([\w.-]+\/[\w.-]+)$/.exec(released?.source ?? '')?.[1];
  if (repository === undefined) return {};
  return { icon: `https://raw.githubusercontent.com/${repository}/v${version}/site/assets/icon.svg` };
}

function annotationsOf(license: string, released: Released | undefined): Readonly<Record<string, string>> {
  const fixed = {
    'artifacthub.io/category': 'networking',
    'artifacthub.io/license': license,
    'artifacthub.io/operator': 'false',
  };
  if (released === undefined) return fixed;
  const { image, changes } = released;
  const images = [{ name: 'gke-ingress-guard', image, platforms: ['linux/amd64', 'linux/arm64'] }];
  return {
    ...fixed,
    'artifacthub.io/images': stringify(images, { lineWidth: 0 }),
    ...(changes.length === 0 ? {} : { 'artifacthub.io/changes': stringify(changes, { lineWidth: 0 }) }),
  };
}
