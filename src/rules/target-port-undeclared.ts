import type { RuleFinding } from '../judge/finding.ts';
import { advise, append, type Remedy, set } from '../judge/fix.ts';
import { type BackendContext, defineRule } from '../judge/rule.ts';
import type { FieldPath } from '../kubernetes/field-path.ts';
import { type ContainerPort, nameOf, type Service, type Workload } from '../kubernetes/objects.ts';
import { isEmpty } from '../kubernetes/read.ts';
import { MAX_LISTED } from '../nearest.ts';
import { readOnce } from '../plan/lazy.ts';
import type { Planner } from '../plan/plan.ts';
import { containerPath, declaresPort, portsOf } from '../plan/serving-containers.ts';

export const targetPortUndeclared = defineRule({
  id: 'target-port-undeclared',
  judges: ['Service'],
  severity: 'warning',
  summary: 'The targetPort of a Service behind a GKE Ingress is declared by no container.',
  why: 'A name that no container declares leads to no endpoints at all. A number may be open without being declared, but Google makes its health check from no readiness probe then, and where other ports are declared it is often the wrong one.',
  fix: 'Let targetPort be a port that a container declares, or declare it there.',
  covers: ['R2', 'C46'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/concepts/ingress#health_checks'],
  check: { Backend: findUndeclared },
});

function findUndeclared({ plan, planner, backend, service }: BackendContext): readonly RuleFinding[] {
  const { servicePort } = backend;
  // Pods that nobody makes declare nothing.
  const hasSelector = !isEmpty(service.selector);
  if (plan === undefined || servicePort === undefined || !hasSelector) return [];
  const { port, targetPort } = servicePort;
  // So it nearly always is.
  const [first] = backend.workloads;
  if (first !== undefined && declaresPort({ ports: portsOf(first) }, targetPort)) return [];
  const behind = podsOf(planner)(service);
  const { workload, workloads, declared, isDeclared } = behind;
  if (workload === undefined || isDeclared.has(targetPort)) return [];
  if (typeof targetPort === 'number' && isSaidOfProbe(backend)) return [];
  const path = ['spec', 'ports', service.ports.indexOf(servicePort), 'targetPort'];
  // Another workload that declares it may come.
  const found = { path, fix: remedies(service, path, targetPort, behind, workload), isCertain: false };
  if (typeof targetPort === 'string') {
    const message = `port ${port} goes to targetPort "${targetPort}", which no container of ${workloads} declares: there are no endpoints.`;
    return [{ ...found, message }];
  }
  // Nothing declared is nothing wrong: the port is open all the same.
  if (declared.length === 0) return [];
  const only = declared.length > MAX_LISTED ? `${declared.length} other ports` : declared.map(inWords).join(', ');
  return [
    {
      ...found,
      message: `port ${port} goes to ${targetPort}, and the containers of ${workloads} declare ${only} only.`,
      note: 'If the app listens there all the same, Google still makes its health check from no readiness probe.',
    },
  ];
}

/** One cause, said once: a probe that Google ignores because its container does not declare the port says what comes of it. */
function isSaidOfProbe({ healthCheck }: BackendContext['backend']): boolean {
  return healthCheck?.probes.ignored.some(({ because }) => because.why === 'undeclared') ?? false;
}

interface Pods {
  /** By name, whichever came first. */
  readonly workload: Workload | undefined;
  readonly workloads: string;
  readonly declared: readonly ContainerPort[];
  /** By number, and by name. */
  readonly isDeclared: ReadonlySet<number | string>;
}

/** Read once for all ports of the Service: it and its Pods may have thousands. */
const podsOf = readOnce((planner: Planner) =>
  readOnce((service: Service): Pods => {
    const all = planner.snapshot.workloadsOf(service).toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
    const ports = all.flatMap(portsOf);
    return {
      workload: all[0],
      workloads:
        all.length > MAX_LISTED
          ? `${all.length} workloads`
          : all.map(({ kind, metadata }) => `${kind} "${metadata.name}"`).join(', '),
      declared: [...new Map(ports.map((one) => [inWords(one), one])).values()],
      isDeclared: new Set(
        ports.flatMap(({ name, containerPort }) => (name === '' ? [containerPort] : [containerPort, name])),
      ),
    };
  }),
);

function remedies(
  service: Service,
  path: FieldPath,
  targetPort: number | string,
  { declared }: Pods,
  workload: Workload,
): readonly Remedy[] {
  return [...setDeclared(service, path, declared), ...declare(workload, targetPort)];
}

/** With one port declared it is clear what was meant. */
function setDeclared(service: Service, path: FieldPath, declared: readonly ContainerPort[]): readonly Remedy[] {
  const [only, other] = declared;
  if (only === undefined) return [];
  if (other === undefined) return [set(service, path, only.name || only.containerPort)];
  const which = declared.length > MAX_LISTED ? '' : `: ${declared.map(inWords).join(', ')}`;
  return [advise(`name a port that is declared${which}`)];
}

/** What number a name should have only the app's author knows. The first container is the app by custom. */
function declare(workload: Workload, targetPort: number | string): readonly Remedy[] {
  const [container] = workload.containers;
  if (container === undefined) return [];
  if (typeof targetPort === 'string') return [advise(`declare a containerPort with name: ${targetPort}`)];
  return [append(workload, [...containerPath(workload, container), 'ports'], { containerPort: targetPort })];
}

function inWords({ name, containerPort }: ContainerPort): string {
  return name === '' ? String(containerPort) : `"${name}" (${containerPort})`;
}
