// A plan in the normal form. All that depends on the types of src/plan is here.

import type { Service } from '../../src/kubernetes/objects.ts';
import { parseObject } from '../../src/kubernetes/parse.ts';
import type { Feature } from '../../src/plan/backend-features.ts';
import type { BackendPlan } from '../../src/plan/backend-plan.ts';
import { planCdn } from '../../src/plan/cdn.ts';
import type { ConditionNumber } from '../../src/plan/conditions.ts';
import type { Fault } from '../../src/plan/fault.ts';
import { keepsDot } from '../../src/plan/load-balancer-name.ts';
import { isNegForIngress, readNegAnnotation } from '../../src/plan/neg.ts';
import { createPlanner, type IngressPlan } from '../../src/plan/plan.ts';
import { settingsAsStored } from '../../src/plan/plan-input.ts';
import { findReplaced } from '../../src/plan/replaced.ts';
import { GOOGLE_CERTIFICATE_LIMIT } from '../../src/plan/tls.ts';
import { createSnapshot } from '../../src/snapshot/snapshot.ts';
import { factsOf } from '../support/facts.ts';
import type { Flags, RawObject } from './case.ts';
import {
  type BackendForm,
  type FrontEndForm,
  type Leaf,
  type NormalForm,
  OTHER_PATHS,
  type ServiceForm,
} from './normal-form.ts';

export interface Predicted {
  /** By "namespace/name" of each Ingress among the objects. */
  readonly forms: ReadonlyMap<string, NormalForm>;
  /** What the plan of each rests on, by the same keys. */
  readonly conditions: ReadonlyMap<string, readonly ConditionNumber[]>;
  /** What the cluster's firewall rule has to open for them. */
  readonly openPorts: readonly string[];
  /** What it may open: for a backend that fails to translate the plan says no more, and the controller goes on some of the way. */
  readonly otherPorts: readonly string[];
}

/** Of all Ingresses among the objects. */
export function plansOf(objects: readonly RawObject[], flags: Flags): readonly IngressPlan[] {
  const facts = factsOf({ httpLoadBalancing: 'enabled', vpcNative: true, controller: flags });
  const parsed = objects.flatMap((raw) => parseObject(raw) ?? []);
  // The cluster has nothing else, and the guard may read all of it.
  const planner = createPlanner(
    createSnapshot(parsed, () => true),
    settingsAsStored(facts),
  );
  return parsed.flatMap((object) => (object.kind === 'Ingress' ? [planner.planOf(object)] : []));
}

export function predict(objects: readonly RawObject[], flags: Flags): Predicted {
  const plans = plansOf(objects, flags);
  const forms = plans.map((plan) => {
    const { namespace, name } = plan.ingress.metadata;
    return [`${namespace}/${name}`, predictedForm(plan, plans)] as const;
  });
  // The firewall controller looks at no multi-cluster Ingress (pkg/firewalls/controller.go sync).
  const served = plans.filter((plan) => plan.served.served && plan.class.isClaimed);
  const conditions = plans.map((plan) => {
    const { namespace, name } = plan.ingress.metadata;
    return [`${namespace}/${name}`, conditionsOf(plan)] as const;
  });
  return {
    forms: new Map(forms),
    conditions: new Map(conditions),
    openPorts: served.flatMap(openPortsOf),
    otherPorts: served.flatMap(otherPortsOf),
  };
}

/** Of what is reported; C1 and C2 are decided before there is anything to plan. */
function conditionsOf({ faults, class: decision }: IngressPlan): readonly ConditionNumber[] {
  if (!decision.isClaimed && decision.reason !== 'multi-cluster') {
    return [decision.reason === 'not-offered' ? 'C1' : 'C2'];
  }
  return faults.flatMap(({ condition, isHidden }) => (isHidden ? [] : [condition]));
}

function otherPortsOf({ backends }: IngressPlan): readonly string[] {
  const failed = backends.filter(({ error, servicePort }) => error !== undefined && servicePort !== undefined);
  return failed.flatMap(({ servicePort, backendConfig }) => {
    const check = backendConfig.state === 'found' ? [String(backendConfig.object.healthCheck?.port)] : [];
    return [String(servicePort?.targetPort), '30000-32767', ...check];
  });
}

/**
 * pkg/firewalls/controller.go sync: of what the URL map would have, whether it is built or not. A named targetPort is
 * opened once there are endpoints, and here are none.
 */
function openPortsOf({ urlMap, defaultBackend }: IngressPlan): readonly string[] {
  const used = [...urlMap.hostRules.flatMap(({ paths }) => paths.map(({ backend }) => backend)), defaultBackend];
  return used.flatMap((backend) => {
    if (backend === null || backend.error !== undefined) return [];
    const { group, servicePort, backendConfig } = backend;
    const check = backendConfig.state === 'found' ? backendConfig.object.healthCheck?.port : undefined;
    const target = group === 'neg' && typeof servicePort?.targetPort === 'number' ? [servicePort.targetPort] : [];
    const ports = [...target, ...(check === undefined ? [] : [check])].map(String);
    return group === 'instanceGroup' ? ['30000-32767', ...ports] : ports;
  });
}

function predictedForm(plan: IngressPlan, all: readonly IngressPlan[]): NormalForm {
  const errors = errorsOf(plan);
  // A FrontendConfig that is missing fails the sync after all is built (controller.go sync).
  const served = isTakenUp(plan);
  const isBuilt = plan.served.served && errors.every((error) => error === 'C26');
  return {
    served,
    // Of an Ingress that it serves no more, it takes its finalizer off.
    finalizer: served ? (plan.frontEnd.namingScheme ?? 'v2') : null,
    error: errors.join(', '),
    event: errors.length === 0 ? '' : errors.some((error) => TRANSLATE_KINDS.includes(error)) ? 'Translate' : 'Sync',
    built: isBuilt,
    address: addressOf(plan, isBuilt),
    ...(isBuilt && plan.class.isRegional !== plan.class.hasRegionalBackends
      ? // Its URL map names backends of its own scope, and they are in the other: there is nothing to compare.
        { defaultBackend: undefined, hosts: {}, frontEnd: frontEndOf(plan), backends: {} }
      : {
          defaultBackend: isBuilt && plan.defaultBackend !== null ? keyOf(plan.defaultBackend, plan) : null,
          hosts: isBuilt ? hostsOf(plan) : {},
          frontEnd: isBuilt ? frontEndOf(plan) : undefined,
          backends: plan.served.served ? backendsOf(plan) : {},
        }),
    services: servicesOf(plan, all),
  };
}

/** The finalizer is the first that the controller writes; what comes after may end before anything is built. */
function isTakenUp({ served, class: decision }: IngressPlan): boolean {
  return served.served || decision.reason === 'multi-cluster';
}

const TRANSLATE = ['C3', 'C4', 'C5', 'C6', 'C7', 'C8', 'C9', 'C10', 'C11', 'C12', 'C13', 'C14', 'C15', 'C16', 'C17'];

/** The words do not tell them apart: error-words.ts. */
const SAME_WORDS: Readonly<Record<string, string>> = {
  ...{ C9: 'C9/C10', C10: 'C9/C10', C11: 'C11-C13', C12: 'C11-C13', C13: 'C11-C13' },
  ...{ G1: 'host or path refused', G2: 'no NEG', G3: 'redirect code refused', G4: '' },
  ...{ C54: 'no number', C55: '', G5: 'SSL policy refused' },
  ...{ C33: 'no NEG', C36: 'no NEG', C37: 'no NEG', C39: 'no NEG' },
};

const TRANSLATE_KINDS = TRANSLATE.map((condition) => SAME_WORDS[condition] ?? condition);

/** The order of a sync (pkg/sync/sync.go Sync, l7.go edgeHop). What is together is found backend by backend, or Secret by Secret. */
const syncStages = (allowsHttp: boolean): readonly (readonly string[])[] => [
  ['C34', 'C31', 'C48', 'C30'],
  ['no NEG', 'no number'],
  ['C22'],
  ['C23', 'C24'],
  ['C18'],
  ['C32'],
  ['C20'],
  ['C21'],
  ['host or path refused'],
  ['C27', 'C28'],
  ['redirect code refused'],
  // The address is asked for with the first forwarding rule, which may be that of HTTPS.
  ...(allowsHttp ? [['C19'], ['C25'], ['SSL policy refused']] : [['C25'], ['SSL policy refused'], ['C19']]),
  ['C26'],
];

function errorsOf(plan: IngressPlan): readonly string[] {
  if (!isTakenUp(plan)) return plan.class.reason === 'not-offered' ? ['C1'] : [];
  // Backends are synced one after the other, each until its first fault.
  const indexOf = ({ place }: Fault): number =>
    place.at === 'backend' ? plan.backends.findIndex(({ key }) => key === place.key) : -1;
  const reported = plan.faults.filter(({ isHidden }) => !isHidden);
  const kinds = reported.toSorted((a, b) => indexOf(a) - indexOf(b)).map((fault) => kindOf(fault, plan));
  const found = [...new Set(kinds.filter((kind) => TRANSLATE_KINDS.includes(kind)))].toSorted();
  if (found.length > 0) return found;
  if (!plan.served.served) return [];
  const stages = syncStages(plan.frontEnd.allowsHttp);
  const stage = stages.find((some) => some.some((kind) => kinds.includes(kind))) ?? [];
  return kinds.filter((kind) => stage.includes(kind)).slice(0, 1);
}

function kindOf({ condition, owner }: Fault, plan: IngressPlan): string {
  const { tls } = plan.frontEnd;
  if (condition === 'C25') {
    return tls.secretNames.length + tls.preSharedCerts.length > GOOGLE_CERTIFICATE_LIMIT ? 'C25' : '';
  }
  // Without any front end nobody asks for its address: the plan calls it possible only.
  if (condition === 'C19' && !plan.frontEnd.http && !plan.frontEnd.https) return '';
  // Where no finalizer tells, both naming schemes are possible to the plan; this controller takes V2.
  if (condition === 'C32') return keepsDot(plan.ingress, plan.frontEnd.namingScheme ?? 'v2') ? 'C32' : '';
  const kind = SAME_WORDS[condition] ?? condition;
  // What is wrong about a NEG that the Ingress does not use is the NEG controller's alone.
  if (kind === 'no NEG' && !usesNegOf(plan, owner.name)) return '';
  return kind;
}

function usesNegOf({ backends }: IngressPlan, service: string): boolean {
  return backends.some(({ serviceName, group }) => serviceName === service && group === 'neg');
}

function addressOf({ ingress, frontEnd }: IngressPlan, isBuilt: boolean): Leaf {
  // Whoever wrote it there before: nobody takes an address out of the status.
  if (!isBuilt && ingress.hasAddress) return undefined;
  if (!isBuilt || !(frontEnd.http || frontEnd.https)) return 'none';
  return frontEnd.staticIp.name || 'ephemeral';
}

function keyOf({ namespace, serviceName, servicePort, port }: BackendPlan, { ingress }: IngressPlan): string {
  const own = namespace === ingress.metadata.namespace ? serviceName : `${namespace}/${serviceName}`;
  return `${own}:${servicePort?.port ?? (port.name || port.number)}`;
}

function hostsOf(plan: IngressPlan): NormalForm['hosts'] {
  return Object.fromEntries(
    plan.urlMap.hostRules.map(({ host, paths }) => [
      host,
      Object.fromEntries([
        ...paths.map(({ path, backend }) => [path, keyOf(backend, plan)] as const),
        // The Ingress has no default of a host.
        [OTHER_PATHS, plan.defaultBackend === null ? null : keyOf(plan.defaultBackend, plan)] as const,
      ]),
    ]),
  );
}

function schemeOf({ class: decision }: IngressPlan, isRegional: boolean): string {
  if (!isRegional) return 'EXTERNAL';
  return decision.isInternal ? 'INTERNAL_MANAGED' : 'EXTERNAL_MANAGED';
}

function frontEndOf(plan: IngressPlan): FrontEndForm {
  const { http, https, tls, frontendConfig, redirectsToHttps, staticIp } = plan.frontEnd;
  const certificates = [...tls.preSharedCerts, ...tls.secretNames.map((name) => certificateOf(name, plan))];
  const config = frontendConfig.state === 'found' ? frontendConfig.object : undefined;
  const isThere = http || https;
  const address = staticIp.name || 'ephemeral';
  return {
    scope: isThere ? (plan.class.isRegional ? 'regional' : 'global') : null,
    scheme: isThere ? schemeOf(plan, plan.class.isRegional) : null,
    http,
    https,
    httpProxy: http ? (redirectsToHttps ? 'redirect' : 'URL map') : null,
    httpsProxy: https ? 'URL map' : null,
    httpAddress: http ? address : null,
    httpsAddress: https ? (http ? 'that of HTTP' : address) : null,
    certificates: https ? certificates.toSorted().join(', ') : '',
    redirect: redirectsToHttps ? (config?.redirectToHttps?.responseCodeName ?? '') : null,
    redirectsToHttps,
    sslPolicy: https ? config?.sslPolicy || null : null,
  };
}

function certificateOf(secretName: string, { faults }: IngressPlan): string {
  const isEmpty = faults.some((one) => one.condition === 'C55' && one.secretName === secretName);
  return isEmpty ? 'secret, which nobody made a certificate of' : 'secret';
}

function backendsOf(plan: IngressPlan): NormalForm['backends'] {
  const replaced = findReplaced(plan.ingress, () => plan.urlMap);
  const built = plan.backends.filter(
    ({ error, group, key }) => error === undefined && group !== undefined && !replaced.has(key),
  );
  return Object.fromEntries(built.map((backend) => [keyOf(backend, plan), backendForm(backend, plan)]));
}

function backendForm(backend: BackendPlan, plan: IngressPlan): BackendForm {
  const check = backend.healthCheck?.check;
  return {
    protocol: backend.protocol,
    group: backend.group,
    nodePortOf: backend.group === 'instanceGroup' ? backend.servicePort?.port : null,
    scheme: schemeOf(plan, plan.class.hasRegionalBackends),
    healthCheck: check && {
      protocol: check.protocol,
      path: check.path,
      host: check.host,
      port: check.port,
      intervalSec: check.intervalSec,
      timeoutSec: check.timeoutSec,
      healthyThreshold: check.healthyThreshold,
      unhealthyThreshold: check.unhealthyThreshold,
    },
    features: featuresOf(backend),
  };
}

/** What the plan calls a default is Google's own, or none: nobody writes it. Only logging is on from the start. */
function featuresOf({ backendConfig, features }: BackendPlan): BackendForm['features'] {
  const config = backendConfig.state === 'found' ? backendConfig.object : undefined;
  const { timeoutSec, drainingTimeoutSec, sessionAffinity, cdn, iap, cloudArmor, logging } = features;
  const cdnPlan = config === undefined ? undefined : planCdn(config);
  return {
    timeoutSec: written(timeoutSec),
    drainingTimeoutSec: written(drainingTimeoutSec),
    affinityType: written(sessionAffinity),
    affinityCookieTtlSec: config?.sessionAffinity?.affinityCookieTtlSec ?? null,
    cdn: cdn.value,
    ...(cdnPlan === undefined ? {} : { cacheMode: cdnPlan.cacheMode, ...cdnPlan.cacheKey, ...cdnPlan.ttls }),
    signedUrlKeys: (config?.cdn?.signedUrlKeys ?? [])
      .map(({ keyName }) => keyName)
      .toSorted()
      .join(', '),
    iap: iap.value,
    hasIapClient: (config?.iap?.secretName ?? '') !== '',
    securityPolicy: cloudArmor.value || null,
    customRequestHeaders: (config?.customRequestHeaders ?? []).join(', '),
    customResponseHeaders: (config?.customResponseHeaders ?? []).join(', '),
    logging: logging.value,
  };
}

function written({ value, source }: Feature<number | string>): Leaf {
  return source === 'backendConfig' ? value : null;
}

function servicesOf(plan: IngressPlan, all: readonly IngressPlan[]): NormalForm['services'] {
  const { namespace } = plan.ingress.metadata;
  const services = new Map(
    plan.backends.flatMap(({ service }) =>
      service === undefined || service.metadata.namespace !== namespace ? [] : [[service.metadata.name, service]],
    ),
  );
  return Object.fromEntries([...services].map(([name, service]) => [name, serviceForm(service, plan, all)]));
}

const NEG_CONDITIONS = ['C35', 'C36', 'C37', 'C38', 'C39', 'G2'];

function serviceForm(service: Service, plan: IngressPlan, all: readonly IngressPlan[]): ServiceForm {
  const found = plan.faults.filter(
    ({ condition, owner, isHidden }) =>
      !isHidden &&
      owner.kind === 'Service' &&
      owner.name === service.metadata.name &&
      NEG_CONDITIONS.includes(condition),
  );
  const error = [...new Set(found.map(wordOfNegFault))].toSorted().join(', ');
  // Of two Services that want one NEG either may come first: sequences.test.ts has that.
  if (error === 'C38') return { error: undefined, negs: negsOf(service, all) };
  // The annotation is written before anybody is asked for the NEG (pkg/neg/controller.go processService).
  const isNamed = found.every(({ condition }) => condition === 'G2');
  return { error, negs: isNamed ? negsOf(service, all) : {} };
}

function wordOfNegFault({ condition }: Fault): string {
  return condition === 'G2' ? 'NEG name refused' : condition;
}

function negsOf(service: Service, all: readonly IngressPlan[]): Readonly<Record<string, Leaf>> {
  const annotation = readNegAnnotation(service.metadata.annotations);
  if (annotation.state !== 'valid') return {};
  const { namespace, name } = service.metadata;
  // Of every Ingress that the controller looks at (pkg/neg/utils.go gatherPortMappingUsedByIngress).
  const used = all
    .filter(({ class: decision }) => decision.isClaimed || decision.annotation === 'gce-multi-cluster')
    .flatMap(({ backends }) => backends)
    .filter((backend) => backend.namespace === namespace && backend.serviceName === name)
    .flatMap(({ servicePort }) => (servicePort === undefined ? [] : [servicePort.port]));
  const forIngress = isNegForIngress(annotation) ? used.map((port) => [String(port), 'auto'] as const) : [];
  const exposed = [...annotation.exposedPorts].map(([port, own]) => [String(port), own || 'auto'] as const);
  return Object.fromEntries([...forIngress, ...exposed]);
}
