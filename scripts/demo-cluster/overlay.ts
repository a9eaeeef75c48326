// The overlay of deploy/ that the demo applies: quickstart-self-signed, with facts of its own, and with what takes the place
// of the network of a cluster.
import { copyFileSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { DEPLOY } from '../../test/support/kustomize.ts';

const FACTS = 'gke-ingress-guard-facts';

/** @param port of loopback, where the guard will listen. @returns the directory */
export function writeOverlay(parent: string, port: number, factsFile: string): string {
  const directory = join(realpathSync(parent), 'overlay');
  mkdirSync(directory);
  copyFileSync(factsFile, join(directory, 'facts.yaml'));
  // JSON is YAML.
  writeFileSync(join(directory, 'kustomization.yaml'), `${JSON.stringify(kustomization(directory, port), null, 2)}\n`);
  return directory;
}

function kustomization(directory: string, port: number): unknown {
  const patch = (path: string, value: unknown): string => JSON.stringify([{ op: 'replace', path, value }]);
  return {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    namespace: 'gke-ingress-guard',
    // Kustomize takes no absolute paths.
    resources: [relative(directory, join(DEPLOY, 'overlays', 'quickstart-self-signed'))],
    configMapGenerator: [
      {
        name: FACTS,
        behavior: 'replace',
        files: ['facts.yaml'],
        // A name with a hash would make a new Pod of every edit, and nothing here makes Pods.
        options: { disableNameSuffixHash: true },
      },
    ],
    patches: [
      // For a Service of this type the API server dials the name, and the port that the webhook names.
      {
        target: { kind: 'Service', name: 'gke-ingress-guard' },
        patch: patch('/spec', { type: 'ExternalName', externalName: 'localhost', ports: [{ name: 'webhook', port }] }),
      },
      // Not 10250: a kubelet of the user's machine may listen there.
      {
        target: { kind: '(Mutating|Validating)WebhookConfiguration', name: 'gke-ingress-guard' },
        patch: patch('/webhooks/0/clientConfig/service/port', port),
      },
    ],
  };
}
