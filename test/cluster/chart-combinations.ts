// Every combination of the chart's choices, each as values and as the kustomization that installs the same.
import { parse } from 'yaml';
import { type Manifest, renderOverlays } from '../support/kustomize.ts';

export interface Combination {
  readonly values: Readonly<Record<string, unknown>>;
  readonly components: readonly string[];
  readonly patches: readonly unknown[];
}

const NOTHING: Combination = { values: {}, components: [], patches: [] };
const GOOGLE_SERVICE_ACCOUNT = 'guard@my-project.iam.gserviceaccount.com';
const CONTROL_PLANE = '172.16.0.0/28';

function choice(values: Combination['values'], components: readonly string[], patches: readonly unknown[] = []) {
  return { values, components, patches };
}

/** As docs/install.md has it. */
const ONLY_THE_CONTROL_PLANE = {
  target: { kind: 'NetworkPolicy', name: 'gke-ingress-guard' },
  patch: JSON.stringify([{ op: 'add', path: '/spec/ingress/0/from', value: [{ ipBlock: { cidr: CONTROL_PLANE } }] }]),
};

const OTHER_PROJECT = {
  target: { kind: 'ServiceAccount', name: 'gke-ingress-guard' },
  patch: JSON.stringify([
    {
      op: 'replace',
      path: '/metadata/annotations/iam.gke.io~1gcp-service-account',
      value: GOOGLE_SERVICE_ACCOUNT,
    },
  ]),
};

/** For each choice, what it may be. */
const CHOICES: readonly (readonly Combination[])[] = [
  [
    choice({ certificates: 'cert-manager' }, ['cert-manager']),
    choice({ certificates: 'self-signed' }, ['self-signed']),
  ],
  [
    NOTHING,
    choice({ networkPolicy: { enabled: true } }, ['network-policy']),
    choice(
      { networkPolicy: { enabled: true, controlPlaneCidr: CONTROL_PLANE } },
      ['network-policy'],
      [ONLY_THE_CONTROL_PLANE],
    ),
  ],
  [NOTHING, choice({ replicas: 3 }, ['high-availability'])],
  [NOTHING, choice({ failurePolicy: 'Fail' }, ['fail-closed'])],
  [NOTHING, choice({ monitoring: { enabled: true } }, ['monitoring'])],
  // The audit without its reports is AUDIT_ALONE: a choice more would be half as many combinations again. All add arguments to one list.
  [
    NOTHING,
    choice({ audit: { enabled: true, reports: true, mountedConfig: true }, asker: { enabled: true, events: true } }, [
      'audit',
      'audit-reports',
      'mounted-config',
      'asker',
      'asker-events',
    ]),
  ],
  [NOTHING, choice({ admissionPolicy: { enabled: true } }, ['admission-policy'])],
  [NOTHING, choice({ googleServiceAccount: GOOGLE_SERVICE_ACCOUNT }, ['workload-identity'], [OTHER_PROJECT])],
];

export const AUDIT_ALONE = joined(
  choice({ certificates: 'cert-manager' }, ['cert-manager']),
  choice({ audit: { enabled: true } }, ['audit']),
);

export const COMBINATIONS: readonly Combination[] = CHOICES.reduce<readonly Combination[]>(
  (known, options) => known.flatMap((one) => options.map((option) => joined(one, option))),
  [NOTHING],
);

function joined(one: Combination, other: Combination): Combination {
  return {
    values: { ...one.values, ...other.values },
    components: [...one.components, ...other.components],
    patches: [...one.patches, ...other.patches],
  };
}

/** What each installs, by kustomize. */
export function kustomized(combinations: readonly Combination[]): readonly (readonly Manifest[])[] {
  return renderOverlays(
    combinations.map(({ components, patches }) => ({
      resources: ['base'],
      components: components.map((name) => `components/${name}`),
      more: patches.length === 0 ? {} : { patches },
    })),
  );
}

export type ByName = Readonly<Record<string, unknown>>;

/**
 * Objects by kind and name, without the three things in which the chart differs and means to: Helm has the namespace already;
 * a ConfigMap keeps its name, and a checksum in the Pod makes an edit roll it; and the two files of the guard have no comments.
 */
export function comparable(manifests: readonly Manifest[]): ByName {
  const objects = manifests
    .filter(({ kind }) => kind !== 'Namespace')
    .map((one): Manifest => {
      const text = JSON.stringify(one, (key, value: unknown) => (key.startsWith('checksum/') ? undefined : value))
        .replaceAll(/"(gke-ingress-guard-(?:facts|policy))-[a-z0-9]{10}"/g, '"$1"')
        .replaceAll(',"annotations":{}', '');
      return withReadFiles(JSON.parse(text));
    });
  const names = objects.map(
    ({ apiVersion, kind, metadata }) => `${apiVersion} ${kind} ${metadata.namespace ?? ''}/${metadata.name}`,
  );
  if (new Set(names).size !== names.length) throw new Error(`an object twice among ${names.join(', ')}`);
  return Object.fromEntries(objects.map((object, index) => [names[index] ?? '', object]));
}

function withReadFiles(object: Manifest): Manifest {
  if (object.kind !== 'ConfigMap' || !/-(facts|policy)$/.test(object.metadata.name)) return object;
  const data = Object.entries(Object(object['data'])).map(([file, text]) => [file, read(String(text))]);
  return { ...object, data: Object.fromEntries(data) };
}

/** Nearly all combinations have the same. */
const alreadyRead = new Map<string, unknown>();

function read(text: string): unknown {
  if (!alreadyRead.has(text)) alreadyRead.set(text, parse(text));
  return alreadyRead.get(text);
}
