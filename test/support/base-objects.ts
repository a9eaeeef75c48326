// deploy/base as kustomize renders it, as far as base uses kustomize: namespace, image tag, generated ConfigMaps. The real
// renderer (kustomize.ts) needs Go, which the doctor's own tests must not; test/deploy/doctor.test.ts uses it.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments, parse as parseYaml } from 'yaml';

const BASE = fileURLToPath(new URL('../../deploy/base/', import.meta.url));

export interface BaseObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

interface Kustomization {
  readonly namespace: string;
  readonly resources: readonly string[];
  readonly configMapGenerator?: readonly { readonly name: string; readonly files: readonly string[] }[];
  readonly images?: readonly { readonly name: string; readonly newTag: string }[];
}

const CLUSTER_WIDE = ['Namespace', 'ClusterRole', 'ClusterRoleBinding'];

/** @param files contents that stand in for those of deploy/base, such as facts.yaml */
export function baseObjects(files: Readonly<Record<string, string>> = {}): readonly BaseObject[] {
  const read = (file: string): string => files[file] ?? readFileSync(BASE + file, 'utf8');
  // A file of this repository.
  const { namespace, resources, configMapGenerator, images } = parseYaml(read('kustomization.yaml')) as Kustomization;
  const place = (object: BaseObject): BaseObject => {
    const isWide = CLUSTER_WIDE.includes(object.kind) || object.kind.endsWith('WebhookConfiguration');
    return isWide ? object : { ...object, metadata: { ...object.metadata, namespace } };
  };
  const written = resources.flatMap((file) =>
    parseAllDocuments(withTags(read(file), images ?? [])).map((document) => place(document.toJS() as BaseObject)),
  );
  const generated = (configMapGenerator ?? []).map(({ name, files: keys }) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace },
    data: Object.fromEntries(keys.map((key) => [key, read(key)])),
  }));
  return [...written, ...generated];
}

function withTags(text: string, images: NonNullable<Kustomization['images']>): string {
  return images.reduce(
    (all, { name, newTag }) => all.replaceAll(`image: ${name}\n`, `image: ${name}:${newTag}\n`),
    text,
  );
}
