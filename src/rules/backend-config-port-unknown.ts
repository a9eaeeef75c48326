import { MAX_REWRITTEN, nameBackendConfigs } from '../judge/backend-config-remedies.ts';
import type { RuleFinding } from '../judge/finding.ts';
import { advise, inWords, type Remedy } from '../judge/fix.ts';
import { shortened } from '../judge/quoted.ts';
import { defineRule, type ServiceContext } from '../judge/rule.ts';
import { annotationPath } from '../kubernetes/field-path.ts';
import type { Service, ServicePort } from '../kubernetes/objects.ts';
import { MAX_LISTED, nearest } from '../nearest.ts';
import { type BackendConfigAnnotation, readBackendConfigAnnotation } from '../plan/backend-config.ts';

export const backendConfigPortUnknown = defineRule({
  id: 'backend-config-port-unknown',
  judges: ['Service'],
  severity: 'warning',
  summary: 'The annotation backend-config has an entry for a port that the Service does not have.',
  why: 'The controller passes over the entry: the timeout, health check, IAP or CDN of that BackendConfig is not applied, and nothing says so.',
  fix: 'Use the name or the number of a port of the Service as the key.',
  covers: ['R11'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration'],
  // Of the Service, not of each backend: ports times entries would be too many.
  check: { Service: findUnknown },
});

type ValidAnnotation = Extract<BackendConfigAnnotation, { readonly state: 'valid' }>;

function findUnknown({ service, backends }: ServiceContext): readonly RuleFinding[] {
  const annotation = readBackendConfigAnnotation(service.metadata.annotations);
  if (annotation.state !== 'valid') return [];
  const { key, byPort } = annotation;
  const ports = new Set(service.ports.flatMap(({ name, port }) => [name, String(port)]));
  const unknown = [...byPort].filter(([port]) => !ports.has(port));
  const isCertain = backends.some(
    ({ backend, plan }) =>
      plan.served.concern === 'certain' && backend.error === undefined && backend.backendConfig.state === 'none',
  );
  return unknown.map(([port, name]) => ({
    path: annotationPath(key),
    message: `${key} has BackendConfig "${name}" for port "${shortened(port, 40)}", which the Service does not have: nothing is applied.`,
    fix: remediesFor(service, annotation, port),
    isCertain,
    identity: `${key} ${port}`,
  }));
}

function remediesFor(service: Service, annotation: ValidAnnotation, unknown: string): readonly Remedy[] {
  const { key, byDefault, byPort } = annotation;
  if (byPort.size > MAX_REWRITTEN) return [advise('use a port of the Service, or remove the entry')];
  const entries = [...byPort];
  const write = (changed: typeof entries): Remedy =>
    nameBackendConfigs(service, key, { byDefault, byPort: new Map(changed) });
  const removal = inWords('remove the entry', write(entries.filter(([port]) => port !== unknown)));
  const names = service.ports.map(nameOfPort);
  const meant = meantPort(service.ports, names, unknown);
  if (meant === undefined) {
    if (names.length === 0) return [removal];
    return [
      advise(
        names.length > MAX_LISTED ? 'use a port of the Service' : `use a port of the Service: ${names.join(', ')}`,
      ),
      removal,
    ];
  }
  // What is meant may have an entry of its own.
  if (byPort.has(meant.name) || byPort.has(String(meant.port))) return [removal];
  const name = nameOfPort(meant);
  const renamed = write(entries.map(([port, config]) => [port === unknown ? name : port, config]));
  return [inWords(`write "${name}" for "${shortened(unknown, 40)}"`, renamed), removal];
}

/** The container's port is what people have in mind; else a name that is nearly right. */
function meantPort(ports: readonly ServicePort[], names: readonly string[], unknown: string): ServicePort | undefined {
  const target = ports.find(({ targetPort }) => String(targetPort) === unknown);
  if (target !== undefined) return target;
  const named = nearest(unknown, names);
  return named === undefined ? undefined : ports[names.indexOf(named)];
}

function nameOfPort({ name, port }: ServicePort): string {
  return name === '' ? String(port) : name;
}
