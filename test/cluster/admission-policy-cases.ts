// What is put before the admission policy and the guard: everything that is written down in this repository, and updates by hand.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';
import { type Facts, NO_FACTS } from '../../src/facts/facts.ts';
import { parseFactsFile } from '../../src/facts/facts-file.ts';
import { parseObject } from '../../src/kubernetes/parse.ts';
import { GLOBAL_STATIC_IP, REGIONAL_STATIC_IP } from '../../src/plan/annotation-keys.ts';
import type { UpdatePair } from '../support/arbitrary-ingress.ts';
import { LEARNT_AT } from '../support/facts.ts';
import { ingress, ingressOf, pathTo, type RawObject, service } from '../support/objects.ts';
import type { KubeObject } from './api-client.ts';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export const object = (raw: RawObject): KubeObject => raw as unknown as KubeObject; // the builders make whole objects

export interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}
export const metaOf = (raw: RawObject): Metadata => object(raw).metadata as unknown as Metadata;

export function documentsOf(file: string): readonly RawObject[] {
  return parseAllDocuments(readFileSync(`${ROOT}${file}`, 'utf8'), { schema: 'core' })
    .map((document): unknown => document.toJS())
    .filter((raw): raw is RawObject => typeof raw === 'object' && raw !== null);
}

function yamlFilesBelow(folder: string): readonly string[] {
  return readdirSync(`${ROOT}${folder}`, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => `${folder}/${file}`)
    .toSorted();
}

export interface Written {
  readonly file: string;
  readonly object: RawObject;
  readonly neighbours: readonly RawObject[];
  readonly facts: Facts;
}

/** What the webhook is called for; old API versions of the corpus no API server knows any more. */
const JUDGED = [
  'networking.k8s.io/v1 Ingress',
  'v1 Service',
  ...['Deployment', 'StatefulSet', 'DaemonSet'].map((kind) => `apps/v1 ${kind}`),
];

/** Every such object in the corpus, the samples and the examples. */
export const written: readonly Written[] = [
  undecodableNeg(),
  ...['test/corpus', 'test/samples', 'examples'].flatMap((folder) =>
    yamlFilesBelow(folder).flatMap((file) => {
      const factsFile = `${ROOT}${dirname(file)}/facts.yaml`;
      const hasFacts = folder === 'test/corpus' && existsSync(factsFile);
      const facts = hasFacts ? parseFactsFile(readFileSync(factsFile, 'utf8'), 'facts.yaml', LEARNT_AT) : NO_FACTS;
      const all = documentsOf(file).filter((raw) => parseObject(raw) !== undefined);
      return all
        .filter((raw) => JUDGED.includes(`${object(raw).apiVersion} ${object(raw).kind}`))
        .map((raw) => ({ file, object: withNamespace(raw), neighbours: all.filter((other) => other !== raw), facts }));
    }),
  ),
];

/** Of a ClusterIP Service; the corpus has the fault on a NodePort, where instance groups take over. */
function undecodableNeg(): Written {
  const neighbours = [ingressOf([pathTo('/', 'Prefix')])];
  const broken = service({ neg: '{ingress: true}' });
  return { file: 'docs/rules/neg-annotation-invalid.md', object: broken, neighbours, facts: NO_FACTS };
}

function withNamespace(raw: RawObject): RawObject {
  return { ...raw, metadata: { ...object(raw).metadata, namespace: metaOf(raw).namespace ?? 'default' } };
}

/** Old and new of the same name, each about one thing. */
export function handPairs(): readonly UpdatePair[] {
  const bad = pathTo('/api/*', 'Prefix');
  const worse = pathTo('/more/*', 'Prefix');
  const bucket = (kind: string): RawObject => ({
    path: '/icons',
    pathType: 'Prefix',
    backend: { resource: { apiGroup: 'x.example', kind, name: 'icons' } },
  });
  const host = 'shop.example.com';
  const unclaimed = ingress({ class: 'nginx', spec: { rules: [{ host, http: { paths: [bad] } }] } });
  const classless = ingress({ spec: { rules: [{ host, http: { paths: [bad] } }] } });
  const both = { [GLOBAL_STATIC_IP]: 'a', [REGIONAL_STATIC_IP]: 'b' };
  const inField = (name: string, annotations = {}): RawObject => ingress({ ingressClassName: name, annotations });
  const list: readonly (readonly [RawObject, RawObject])[] = [
    [ingressOf([bad]), ingressOf([bad, pathTo('/new', 'Prefix')])],
    [ingressOf([bad]), ingressOf([pathTo('/new', 'Prefix'), bad])],
    [ingressOf([bad]), ingressOf([bad, worse])],
    [ingressOf([bad]), ingressOf([bad], 'other.example.com')],
    [ingressOf([bad]), ingressOf([pathTo('/api/*', 'Exact')])],
    [unclaimed, ingressOf([bad])],
    [classless, ingressOf([bad])],
    [ingressOf([bucket('Bucket')]), ingressOf([bucket('Disk')])],
    [ingressOf([bucket('Bucket')]), ingressOf([bucket('Bucket')], 'other.example.com')],
    [ingressOf([], host, { rules: undefined, defaultBackend: bucket('A')['backend'] }), ingressOf([bucket('A')])],
    [ingress({ class: 'gce', annotations: both }), ingress({ class: 'gce-internal', annotations: both })],
    [ingress({ class: 'gce' }), ingress({ class: 'gce', annotations: both })],
    [inField('gce'), inField('gce', { 'example.com/owner': 'shop' })],
    [inField('gce'), inField('gce-internal')],
    [inField('nginx'), inField('gce')],
    [ingress({ class: 'gce' }), ingress({ class: '', ingressClassName: 'gce' })],
  ];
  return list.map(([old, next], index) => {
    const metadata = (raw: RawObject) => ({ ...object(raw).metadata, name: `hand-${index}`, namespace: 'pairs' });
    return { old: { ...old, metadata: metadata(old) }, next: { ...next, metadata: metadata(next) } };
  });
}
