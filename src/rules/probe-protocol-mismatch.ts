import type { Wording } from '../judge/finding.ts';
import { type Remedy, removeAnnotation, set, setAnnotation, together } from '../judge/fix.ts';
import { defineRule } from '../judge/rule.ts';
import type { HttpGet, Service, ServicePort } from '../kubernetes/objects.ts';
import { APP_PROTOCOLS } from '../plan/annotation-keys.ts';
import type { FaultOf } from '../plan/fault.ts';
import { readAppProtocols } from '../plan/protocol.ts';
import { containerPath, declaresBoth } from '../plan/serving-containers.ts';

export const probeProtocolMismatch = defineRule({
  id: 'probe-protocol-mismatch',
  judges: ['Workload'],
  severity: 'warning',
  summary: 'The readiness probe speaks HTTPS where the load balancer speaks HTTP to the same port, or the reverse.',
  why: 'One of the two is wrong: the load balancer speaks HTTP unless app-protocols names the Service port, by its name. Google ignores the probe then and checks GET / in its own protocol; requests of users go the same way.',
  fix: `Let both say the same: scheme in the probe, and ${APP_PROTOCOLS[1]} on the Service.`,
  covers: ['C46', 'R14'],
  references: [
    'https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration#https_tls_between_load_balancer_and_your_application',
    'https://github.com/kubernetes/ingress-gce/issues/105',
  ],
  words: { C46: wordMismatch },
});

/** Of what else keeps a probe from being adopted, probe-not-adopted has the words. */
function wordMismatch(fault: FaultOf<'C46'>): Wording | undefined {
  const { ignored, backend, service } = fault;
  const { container, because, workload } = ignored;
  const { servicePort: port, healthCheck } = backend;
  const httpGet = container.readinessProbe?.httpGet;
  if (because.why !== 'scheme' || port === undefined || httpGet === undefined || healthCheck === undefined) {
    return undefined;
  }
  if (setsType(fault) || !isOnServedPort(fault, httpGet, port)) return undefined;
  const { scheme, protocol } = because;
  const named = port.name === '' ? String(port.port) : `"${port.name}"`;
  const agree = set(
    workload,
    [...containerPath(workload, container), 'readinessProbe', 'httpGet', 'scheme'],
    protocol === 'HTTP' ? 'HTTP' : 'HTTPS',
  );
  const fix = scheme === 'HTTPS' ? [speakTls(service, port)] : [agree, speakPlain(service, port)];
  return {
    message: `the probe is ${scheme}, and port ${named} of Service "${service.metadata.name}" speaks ${protocol}: Google ignores it and checks GET ${healthCheck.check.path}.`,
    // Google asks the probe of another workload, which agrees with the Service.
    ...(healthCheck.probes.adopted === undefined ? { fix } : { fix: [agree], severity: 'info' }),
    identity: container.name,
  };
}

/** Whoever sets the protocol of the check has seen to it that it works. */
function setsType({ backend: { backendConfig } }: FaultOf<'C46'>): boolean {
  return backendConfig.state === 'found' && backendConfig.object.healthCheck?.type !== undefined;
}

function isOnServedPort({ ignored }: FaultOf<'C46'>, { port }: HttpGet, { targetPort }: ServicePort): boolean {
  return declaresBoth(ignored.container, targetPort, port);
}

/** A port without a name has none that the annotation could name. */
function speakTls(service: Service, port: ServicePort): Remedy {
  const name = port.name === '' ? 'https' : port.name;
  const entries = otherEntries(service, port).set(name, 'HTTPS');
  const annotate = setAnnotation(service, keyOf(service), toJson(entries));
  if (port.name !== '') return annotate;
  return together(set(service, ['spec', 'ports', service.ports.indexOf(port), 'name'], name), annotate);
}

function speakPlain(service: Service, port: ServicePort): Remedy {
  const { annotations } = service.metadata;
  const entries = otherEntries(service, port);
  // Without the older key the newer one would count.
  const isOnly = APP_PROTOCOLS.filter((key) => annotations[key] !== undefined).length === 1;
  return entries.size === 0 && isOnly
    ? removeAnnotation(service, keyOf(service))
    : setAnnotation(service, keyOf(service), toJson(entries));
}

/** The one that counts. */
function keyOf(service: Service): string {
  const protocols = readAppProtocols(service.metadata.annotations);
  return protocols.state === 'valid' ? protocols.key : APP_PROTOCOLS[1];
}

/** Without the port by its name, and by its number, which names none. */
function otherEntries(service: Service, { name, port }: ServicePort): Map<string, string> {
  const protocols = readAppProtocols(service.metadata.annotations);
  const entries = protocols.state === 'valid' ? [...protocols.byPortName] : [];
  return new Map(entries.filter(([key]) => key !== name && key !== String(port)));
}

function toJson(entries: ReadonlyMap<string, string>): string {
  return `{${[...entries].map(([key, protocol]) => `${JSON.stringify(key)}: "${protocol}"`).join(', ')}}`;
}
