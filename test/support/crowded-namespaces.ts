// Namespaces that are crowded on purpose, each in another way, and the object that arrives in them: what one admission costs must
// not grow with what its neighbours add up to. bench/crowded-namespaces.ts takes the time, test/crowded-namespaces.test.ts the steps.
import {
  backendConfig,
  deployment,
  frontendConfig,
  ingress,
  managedCertificate,
  networkPolicy,
  pathTo,
  type RawObject,
  service,
} from './objects.ts';

export interface Crowd {
  readonly name: string;
  /** @param size of the crowd, in objects of the kind that the name says */
  stored(size: number): readonly RawObject[];
  /** The object that arrives. */
  arrival(size: number): RawObject;
}

type Strings = Readonly<Record<string, string>>;

const CONFIGURED: Strings = { 'cloud.google.com/backend-config': '{"default": "web"}' };
const NAMED_NEG = '{"exposed_ports": {"80": {"name": "shared"}}}';
const SOME = 100;

function many(count: number, make: (index: number) => RawObject): readonly RawObject[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

/** Of class gce, a path to each Service. */
function ingressTo(
  name: string,
  services: readonly string[],
  annotations: Strings = {},
  more: readonly RawObject[] = [],
): RawObject {
  const paths = [...services.map((one, index) => pathTo(`/p${index}`, 'Prefix', one)), ...more];
  return ingress({ name, class: 'gce', annotations, spec: { rules: [{ http: { paths } }] } });
}

function namesOf(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `s${index}`);
}

function servicesLike(count: number, options: Parameters<typeof service>[0] = {}): readonly RawObject[] {
  return namesOf(count).map((name) => service({ ...options, name }));
}

function labelled(name: string, labels: Strings): RawObject {
  return deployment({ name, spec: { template: { metadata: { labels }, spec: { containers: [{ name: 'web' }] } } } });
}

const ONE_INGRESS = ingressTo('web', ['web']);

export const CROWDS: readonly Crowd[] = [
  {
    name: 'an Ingress, where a hundred others name its Services',
    stored: (size) => [...servicesLike(size), ...many(SOME, (index) => ingressTo(`i${index}`, namesOf(size)))],
    arrival: (size) => ingressTo('new', namesOf(size)),
  },
  {
    name: 'an Ingress, where a hundred others name its Services and one path twice',
    stored: (size) => [
      ...servicesLike(size),
      ...many(SOME, (index) => ingressTo(`i${index}`, namesOf(size), {}, [pathTo('/p0', 'Prefix', 's1')])),
    ],
    arrival: (size) => ingressTo('new', namesOf(size)),
  },
  {
    name: 'an Ingress, whose Services all select every Deployment',
    stored: (size) => [...servicesLike(size), ...many(size, (index) => deployment({ name: `d${index}` }))],
    arrival: (size) => ingressTo('new', namesOf(size)),
  },
  {
    name: 'an Ingress of few Services, which select by two common labels that few Deployments share',
    stored: (size) => [
      ...servicesLike(SOME - 10, { spec: { selector: { app: 'web', tier: 'front' } } }),
      ...many(size, (index) => labelled(`a${index}`, { app: 'web' })),
      ...many(size, (index) => labelled(`b${index}`, { tier: 'front' })),
    ],
    arrival: () => ingressTo('new', namesOf(SOME - 10)),
  },
  {
    name: 'a Deployment, which every Service selects, each behind an Ingress of its own',
    stored: (size) => [...servicesLike(size), ...many(size, (index) => ingressTo(`i${index}`, [`s${index}`]))],
    arrival: () => deployment(),
  },
  {
    name: 'a Deployment, which every Service selects, all behind a hundred Ingresses',
    stored: (size) => [...servicesLike(size), ...many(SOME, (index) => ingressTo(`i${index}`, namesOf(size)))],
    arrival: () => deployment(),
  },
  {
    name: 'a Deployment, which every Service selects by a label of its own',
    stored: (size) => many(size, (index) => service({ name: `s${index}`, spec: { selector: { [`l${index}`]: 'x' } } })),
    arrival: (size) => labelled('web', Object.fromEntries(Array.from({ length: size }, (_, at) => [`l${at}`, 'x']))),
  },
  {
    name: 'a Deployment under many NetworkPolicies',
    stored: (size) => [service(), ONE_INGRESS, ...many(size, (index) => networkPolicy({ name: `n${index}` }))],
    arrival: () => deployment(),
  },
  {
    name: 'a Service of many Deployments under as many NetworkPolicies',
    stored: (size) => [
      ONE_INGRESS,
      ...many(size, (index) => deployment({ name: `d${index}` })),
      ...many(size, (index) => networkPolicy({ name: `n${index}` })),
    ],
    arrival: () => service(),
  },
  {
    name: 'a Service of many Deployments behind a hundred Ingresses',
    stored: (size) => [
      ...many(size, (index) => deployment({ name: `d${index}` })),
      ...many(SOME, (index) => ingressTo(`i${index}`, ['web'])),
    ],
    arrival: () => service(),
  },
  {
    name: 'a Service that many Ingresses name',
    stored: (size) => [deployment(), ...many(size, (index) => ingressTo(`i${index}`, ['web']))],
    arrival: () => service(),
  },
  {
    name: 'a Service without a selector, beside many Deployments',
    stored: (size) => [ONE_INGRESS, ...many(size, (index) => deployment({ name: `d${index}` }))],
    arrival: () => service({ spec: { selector: {} } }),
  },
  {
    name: 'a Service whose NEG name many others ask for',
    stored: (size) => [ONE_INGRESS, ...servicesLike(size, { neg: NAMED_NEG })],
    arrival: () => service({ neg: NAMED_NEG }),
  },
  {
    name: 'a BackendConfig that many Services name, all behind a hundred Ingresses',
    stored: (size) => [
      ...servicesLike(size, { annotations: CONFIGURED }),
      ...many(SOME, (index) => ingressTo(`i${index}`, namesOf(size))),
    ],
    arrival: () => backendConfig({ spec: { timeoutSec: 20 } }),
  },
  {
    name: 'a FrontendConfig that many Ingresses name',
    stored: (size) =>
      many(size, (index) => ingressTo(`i${index}`, ['web'], { 'networking.gke.io/v1beta1.FrontendConfig': 'web' })),
    arrival: () => frontendConfig({ spec: { redirectToHttps: { enabled: true } } }),
  },
  {
    name: 'a ManagedCertificate that a hundred Ingresses of many paths name',
    stored: (size) => [
      ...servicesLike(size),
      ...many(SOME, (index) =>
        ingressTo(`i${index}`, namesOf(size), { 'networking.gke.io/managed-certificates': 'web' }),
      ),
    ],
    arrival: () => managedCertificate(),
  },
  {
    name: 'an Ingress whose address many others name',
    stored: (size) => [
      service(),
      ...many(size, (index) =>
        ingressTo(`i${index}`, ['web'], { 'kubernetes.io/ingress.global-static-ip-name': 'shared' }),
      ),
    ],
    arrival: () => ingressTo('new', ['web'], { 'kubernetes.io/ingress.global-static-ip-name': 'shared' }),
  },
];
