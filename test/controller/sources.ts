// Where cases come from: the corpus, the samples, the examples on the pages of the rules, and generated sets.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { parseAllDocuments } from 'yaml';
import { CONTROLLER_DEFAULTS } from '../../src/facts/facts.ts';
import { parseFactsFile } from '../../src/facts/facts-file.ts';
import { arbitraryCase } from '../plan/arbitrary-case.ts';
import { arbitraryIngresses } from '../support/arbitrary-ingress.ts';
import { LEARNT_AT } from '../support/facts.ts';
import { arbitraryFrontEnd } from './arbitrary-front-end.ts';
import type { ControllerCase, Flags, RawObject } from './case.ts';

const ROOT = new URL('../../', import.meta.url);

const read = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8');

function objectsIn(text: string): readonly RawObject[] {
  return parseAllDocuments(text)
    .map((document): unknown => document.toJS())
    .filter((object): object is RawObject => (object as RawObject | null)?.metadata !== undefined);
}

/** Without a facts file: the controller's defaults, and the class that they do not offer, so that it is asked for too. */
const DEFAULTS: Flags = { ...CONTROLLER_DEFAULTS, enableIngressRegionalExternal: true };

function flagsIn(path: string): Flags {
  if (!existsSync(new URL(path, ROOT))) return DEFAULTS;
  const { controller } = parseFactsFile(read(path), 'facts.yaml', LEARNT_AT);
  const given = Object.entries(controller).flatMap(([name, flag]) => (flag.isGiven ? [[name, flag.value]] : []));
  return { ...CONTROLLER_DEFAULTS, ...Object.fromEntries(given) };
}

export function corpusCases(): readonly ControllerCase[] {
  const names = readdirSync(new URL('test/corpus/', ROOT)).filter((name) => name !== 'apps');
  const conditions = names.flatMap((name) =>
    ['broken', 'working'].map((which): ControllerCase => {
      const folder = `test/corpus/${name}`;
      const objects = objectsIn(read(`${folder}/${which}.yaml`));
      return { name: `corpus ${name}/${which}`, objects, flags: flagsIn(`${folder}/facts.yaml`) };
    }),
  );
  const apps = readdirSync(new URL('test/corpus/apps/', ROOT)).map((name): ControllerCase => {
    const folder = `test/corpus/apps/${name}`;
    const objects = objectsIn(read(`${folder}/objects.yaml`));
    return { name: `corpus apps/${name}`, objects, flags: flagsIn(`${folder}/facts.yaml`) };
  });
  return [...conditions, ...apps];
}

export function sampleCases(): readonly ControllerCase[] {
  return readdirSync(new URL('test/samples/', ROOT)).map((name) => ({
    name: `sample ${name}`,
    objects: withSecrets(objectsIn(read(`test/samples/${name}`))),
    flags: DEFAULTS,
  }));
}

/** A manifest names its TLS Secrets and does not hold them; each is of another content. */
function withSecrets(objects: readonly RawObject[]): readonly RawObject[] {
  const named = objects.flatMap(({ kind, metadata, spec }) => {
    const tls = kind === 'Ingress' ? ((spec?.['tls'] ?? []) as readonly { readonly secretName?: string }[]) : [];
    return tls.flatMap(({ secretName = '' }) => (secretName === '' ? [] : [{ ...metadata, name: secretName }]));
  });
  const isThere = (name: string): boolean =>
    objects.some(({ kind, metadata }) => kind === 'Secret' && metadata.name === name);
  const missing = named.filter(
    ({ name }, index) => !isThere(name) && named.findIndex((one) => one.name === name) === index,
  );
  const secrets = missing.map(({ name, namespace = 'default' }) => {
    const stringData = { 'tls.crt': `certificate of ${name}`, 'tls.key': `key of ${name}` };
    return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, stringData };
  });
  return [...objects.map(withContent), ...secrets];
}

/** The placeholders of the samples are all alike, and the controller makes one certificate of equal ones. */
function withContent(object: RawObject): RawObject {
  const { type } = object as { readonly type?: unknown };
  if (object.kind !== 'Secret' || type !== 'kubernetes.io/tls') return object;
  const { name } = object.metadata;
  const { data: _, ...rest } = object as RawObject & { readonly data?: unknown };
  return { ...rest, stringData: { 'tls.crt': `certificate of ${name}`, 'tls.key': `key of ${name}` } } as RawObject;
}

/** Each block of objects that has an Ingress, but not what was stored before an update. */
export function rulePageCases(): readonly ControllerCase[] {
  return readdirSync(new URL('docs/rules/', ROOT)).flatMap((page) => {
    const blocks = read(`docs/rules/${page}`).matchAll(/(Stored:\n\n)?```yaml\n([\s\S]*?)```/g);
    return [...blocks].flatMap(([, isStored, text = ''], index) => {
      const objects = objectsIn(text);
      if (isStored !== undefined || objects.every(({ kind }) => kind !== 'Ingress')) return [];
      return [{ name: `docs/rules/${page} ${index}`, objects, flags: DEFAULTS }];
    });
  });
}

/** Two sets of flags are enough for all: a cluster has one of them. */
const FLAG_SETS: readonly Flags[] = [
  DEFAULTS,
  {
    ingressClass: 'edge',
    enableIngressGlobalExternal: false,
    enableIngressRegionalExternal: true,
    enableTransparentHealthChecks: true,
    enableTrafficScaling: true,
    enableIpv6OnlyNeg: true,
  },
];

/** @param count of cases with one Ingress each, in equal parts of every kind that there is */
export function generatedCases(count: number, seed: number): readonly ControllerCase[] {
  const share = Math.ceil(count / 3);
  const whole = fc.sample(arbitraryCase, { seed, numRuns: share }).map(
    ({ objects }, index): ControllerCase => ({
      name: `generated ${seed}/${index}`,
      // Raw objects with a name and a namespace, all of them. The system's own Service is the cluster's.
      objects: (objects as unknown as readonly RawObject[]).filter(
        ({ metadata }) => metadata.namespace !== 'kube-system',
      ),
      flags: FLAG_SETS[index % 2] ?? DEFAULTS,
    }),
  );
  const fronts = fc.sample(arbitraryFrontEnd, { seed, numRuns: share }).map(
    (objects, index): ControllerCase => ({
      name: `generated front end ${seed}/${index}`,
      objects,
      flags: DEFAULTS,
    }),
  );
  const ingresses = arbitraryIngresses(share, seed, 'shop') as unknown as readonly RawObject[];
  const alone = ingresses.map(
    (ingress, index): ControllerCase => ({
      name: `generated Ingress ${seed}/${index}`,
      objects: [ingress, WEB],
      flags: DEFAULTS,
    }),
  );
  return [...whole, ...fronts, ...alone];
}

const WEB: RawObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'shop', annotations: { 'cloud.google.com/neg': '{"ingress": true}' } },
  spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
};
