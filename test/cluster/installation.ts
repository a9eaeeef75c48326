// What deploy/ renders to, installed on the test's API server as a user applies it, and the Pod of its Deployment as the
// kubelet would start it: its arguments, its volumes.
import { join } from 'node:path';
import { at, objectsOf, textOr } from '../../src/kubernetes/read.ts';
import { firstAt, listAt, only } from '../deploy/support.ts';
import type { Manifest } from '../support/kustomize.ts';
import { type ApiClient, type KubeObject, mustSucceed } from './api-client.ts';
import { type MountedObject, mountObject } from './mounted-object.ts';

/** Creates every object of it, as it is. @throws {Error} where the API server does not take one */
export async function install(client: ApiClient, manifests: readonly Manifest[]): Promise<void> {
  for (const one of manifests) await mustSucceed(client.create(one, { fieldValidation: 'Strict' }));
}

/** The webhook configurations, made to refuse what the guard cannot be asked about, so that a lost request is seen. */
export async function failClosed(client: ApiClient, manifests: readonly Manifest[]): Promise<readonly KubeObject[]> {
  const configurations = manifests.filter(({ kind }) => kind.endsWith('WebhookConfiguration'));
  const patch = [{ op: 'replace', path: '/webhooks/0/failurePolicy', value: 'Fail' }];
  for (const one of configurations) await mustSucceed(client.patch(one, patch, { type: 'json' }));
  return configurations;
}

/** Of the guard's only container, as they are. */
function argsOf(manifests: readonly Manifest[]): readonly string[] {
  return listAt(containerOf(manifests), 'args').map((arg) => textOr(arg, ''));
}

export type MountedPod = MountedObject & {
  /** Of the container, with each path in the Pod in place of which there is a directory here. */
  readonly args: readonly string[];
};

/** Mounts what the Deployment's Pod mounts, below the directory; waits for what is not there yet. */
export async function mountPod(client: ApiClient, manifests: readonly Manifest[], dir: string): Promise<MountedPod> {
  const deployment = only(manifests, 'Deployment', 'gke-ingress-guard');
  const volumes = objectsOf(at(deployment, 'spec', 'template', 'spec', 'volumes'));
  const mounted: MountedObject[] = [];
  let args = argsOf(manifests);
  for (const { name: volumeName, mountPath } of objectsOf(at(containerOf(manifests), 'volumeMounts'))) {
    const volume = volumes.find(({ name }) => name === volumeName);
    const secret = at(volume, 'secret', 'secretName');
    const kind = secret === undefined ? 'ConfigMap' : 'Secret';
    const name = textOr(secret ?? at(volume, 'configMap', 'name'), '');
    const here = join(dir, textOr(volumeName, ''));
    const source = { kind, namespace: deployment.metadata.namespace ?? '', name } as const;
    mounted.push(await mountObject(client, source, here));
    args = args.map((arg) => arg.replace(textOr(mountPath, ''), here));
  }
  return {
    args,
    stop: async () => {
      await Promise.all(mounted.map((one) => one.stop()));
    },
  };
}

function containerOf(manifests: readonly Manifest[]): unknown {
  return firstAt(only(manifests, 'Deployment', 'gke-ingress-guard'), 'spec', 'template', 'spec', 'containers');
}
