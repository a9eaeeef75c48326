// Problems of the backends of one plan: first what fails the translation, then what the sync, Google or the NEG
// controller would refuse, or what is quietly not done.
import type { Service } from '../kubernetes/objects.ts';
import { MAX_LISTED } from '../nearest.ts';
import { NEG } from './annotation-keys.ts';
import type { BackendPlan } from './backend.ts';
import { findBackendConfigSyncFaults } from './backend-config-validation.ts';
import { findHealthProblems } from './health-problems.ts';
import { findLoadBalancerProblems } from './load-balancer-problems.ts';
import { isNegForIngress, readNegAnnotation } from './neg.ts';
import { howToEnableNeg } from './neg-fix.ts';
import { findNegProblem } from './neg-problems.ts';
import type { PlanInput } from './plan-input.ts';
import { annotationPath, type PlanProblem, type ProblemPlace, problem, referenceTo } from './problem.ts';
import { findUnusedProtocols } from './protocol.ts';

export function findBackendProblems(backends: readonly BackendPlan[], input: PlanInput): readonly PlanProblem[] {
  const problems: PlanProblem[] = [];
  const byService = Map.groupBy(backends, ({ service }) => service);
  for (const backend of backends) {
    problems.push(...translationProblems(backend), ...portProblems(backend, input));
    const { service } = backend;
    const ofService = byService.get(service) ?? [];
    if (service === undefined || ofService[0] !== backend) continue;
    problems.push(...serviceProblems(service, ofService, placeOf(backend), input));
  }
  return problems;
}

function placeOf({ key }: BackendPlan): ProblemPlace {
  return { at: 'backend', key };
}

/** Once per backend, however many paths name it. Every error of the system's default backend is C17. */
function translationProblems(backend: BackendPlan): readonly PlanProblem[] {
  const { error, isSystemDefault, namespace, serviceName } = backend;
  if (error === undefined) return [];
  const { object, path, fix } = error;
  const why = isSystemDefault
    ? `the system's default backend ${namespace}/${serviceName} cannot be used (${error.code}): ${error.message}`
    : error.message;
  return [
    problem({
      condition: isSystemDefault ? 'C17' : error.condition,
      message: `${why}. The whole Ingress fails to translate.`,
      fix: isSystemDefault ? `Set spec.defaultBackend in the Ingress; or: ${fix}` : fix,
      object,
      path,
      place: placeOf(backend),
    }),
  ];
}

function portProblems(backend: BackendPlan, input: PlanInput): readonly PlanProblem[] {
  const { backendConfig } = backend;
  const problems = [findForcedNeg(backend, input), findMissingNodePort(backend), findNonTcp(backend)];
  const faults =
    backendConfig.state === 'found' && backend.error === undefined
      ? findBackendConfigSyncFaults(backendConfig.object, input.classDecision).map((fault) => {
          const { namespace, name } = backendConfig.object.metadata;
          return problem({
            condition: fault.condition,
            message: `BackendConfig ${namespace}/${name} cannot be applied: ${fault.reason}.`,
            fix: fault.fix,
            object: referenceTo(backendConfig.object),
            path: fault.path,
            place: placeOf(backend),
          });
        })
      : [];
  return [...problems.filter((found) => found !== undefined), ...faults, ...findHealthProblems(backend, input.facts)];
}

/** C33: negLinker.Link waits for a NEG that nobody makes. */
function findForcedNeg(backend: BackendPlan, { classDecision }: PlanInput): PlanProblem | undefined {
  const { service, isNegForced } = backend;
  if (service === undefined || !isNegForced) return undefined;
  const { namespace, name, annotations } = service.metadata;
  return problem({
    condition: 'C33',
    message: `class ${classDecision.annotation} needs a NEG, and no NEG is made for Service ${namespace}/${name} without "ingress": true.`,
    fix: howToEnableNeg(service),
    object: referenceTo(service),
    path: annotations[NEG] === undefined ? ['metadata', 'annotations'] : annotationPath(NEG),
    place: placeOf(backend),
  });
}

/** C34: GetProbe looks a Service up by its node port. One that a file leaves out will be allocated. */
function findMissingNodePort(backend: BackendPlan): PlanProblem | undefined {
  const { service, servicePort, group } = backend;
  if (service === undefined || servicePort === undefined || group !== 'instanceGroup') return undefined;
  if (service.type !== 'LoadBalancer' || service.allocatesNodePorts || servicePort.nodePort !== 0) return undefined;
  return problem({
    condition: 'C34',
    message:
      'the Service has no node port (allocateLoadBalancerNodePorts: false) and no NEG, so Google cannot reach it.',
    fix: `Set the annotation ${NEG}: '{"ingress": true}', or allocateLoadBalancerNodePorts: true`,
    object: referenceTo(service),
    path: ['spec', 'allocateLoadBalancerNodePorts'],
    place: placeOf(backend),
  });
}

/** C49: nobody checks the protocol, and load balancing is over TCP. */
function findNonTcp(backend: BackendPlan): PlanProblem | undefined {
  const { service, servicePort } = backend;
  if (service === undefined || servicePort === undefined || servicePort.protocol === 'TCP') return undefined;
  const twin = service.ports.find(({ port, protocol }) => port === servicePort.port && protocol === 'TCP');
  return problem({
    condition: 'C49',
    message: `port ${servicePort.port} of the Service is ${servicePort.protocol}, and an HTTP load balancer speaks TCP to it.`,
    fix:
      twin === undefined
        ? 'In the Ingress, name a TCP port of the Service'
        : `In the Ingress, name its TCP port${twin.name && ` "${twin.name}"`} by name`,
    object: referenceTo(service),
    path: ['spec', 'ports', service.ports.indexOf(servicePort), 'protocol'],
    place: placeOf(backend),
  });
}

/** What concerns a Service as a whole: once, however many of its ports are used. */
function serviceProblems(
  service: Service,
  backends: readonly BackendPlan[],
  place: ProblemPlace,
  { snapshot, facts, classDecision }: PlanInput,
): readonly PlanProblem[] {
  const isAnnotated = isNegForIngress(readNegAnnotation(service.metadata.annotations));
  const isUsed = backends.some(
    // The NEG controller looks at annotation and port only, and makes the system's default backend its NEG in any case.
    ({ servicePort, isSystemDefault }) =>
      servicePort !== undefined && (isAnnotated || (isSystemDefault && classDecision.isRegional)),
  );
  const neg = findNegProblem({ service, isUsed, snapshot, facts, place });
  return [
    ...(neg === undefined ? [] : [neg]),
    ...unusedProtocols(service, place),
    ...findLoadBalancerProblems(service, place),
  ];
}

/** C44: keys are matched by port name only. */
function unusedProtocols(service: Service, place: ProblemPlace): readonly PlanProblem[] {
  const names = service.ports.map(({ name }) => name).filter((name) => name !== '');
  const known = names.length > MAX_LISTED ? 'spec.ports[].name' : names.join(', ');
  const fix = `Name a port by its name: ${known || 'give the port a name first'}`;
  return findUnusedProtocols(service).map(({ key, portName, protocol }) =>
    problem({
      condition: 'C44',
      message: `${key} names "${portName}", which is no port name of the Service: the key is ignored, ${protocol} is not used.`,
      fix,
      object: referenceTo(service),
      path: annotationPath(key),
      place,
    }),
  );
}
