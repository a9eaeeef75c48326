// What an object's arrival does to its neighbours: an Ingress makes a Service's fault certain, a Service brings a
// workload's probe before Google. Objects come in any order, so whoever comes last hears of it.
import { type KubernetesObject, nameOf } from '../kubernetes/objects.ts';
import { type Snapshot, servicesNamedBy } from '../snapshot/snapshot.ts';
import { type JudgeInput, type Judgement, judge } from './judge.ts';
import type { Finding } from './rule.ts';

/** An admission must not grow with what one empty selector reaches; the first hundred are told. */
const MAX_NEIGHBOURS = 100;

/**
 * The findings that neighbours have once the object is there and did not have before it came, or with its old version.
 * Each names the object that causes it.
 */
export function judgeNeighbours(input: JudgeInput): Judgement {
  const { object, old, snapshot } = input;
  const after = snapshot.overlay(object);
  const before = old === undefined ? snapshot : snapshot.overlay(old);
  const findings: Finding[] = [];
  const failures: Judgement['failures'][number][] = [];
  for (const neighbour of neighboursOf(object, after).slice(0, MAX_NEIGHBOURS)) {
    const now = judge({ ...input, object: neighbour, old: undefined, snapshot: after });
    failures.push(...now.failures);
    if (now.findings.length === 0) continue;
    const earlier = judge({ ...input, object: neighbour, old: undefined, snapshot: before }).findings;
    const known = new Set(earlier.map(identityOf));
    for (const finding of now.findings) if (!known.has(identityOf(finding))) findings.push(withCause(finding, object));
  }
  return { findings, failures };
}

/** What was only possible and now is certain is news, and so is what can be said more exactly now. */
function identityOf({ rule, subject, isCertain, message }: Finding): string {
  return `${rule}\0${subject}\0${isCertain}\0${message}`;
}

/**
 * An Ingress that comes may be refused for its Service's sake, since it is the Ingress that would fail. A Service or a
 * workload is never refused for what is wrong with an Ingress that is there already.
 */
function withCause(finding: Finding, cause: KubernetesObject): Finding {
  const because = `(Since ${nameOf(cause)} comes.)`;
  const note = finding.note === '' ? because : `${finding.note} ${because}`;
  return { ...finding, note, isCertain: finding.isCertain && cause.kind === 'Ingress' };
}

/** Along the chain Ingress, Service, workload, in both directions; never the object itself. */
function neighboursOf(object: KubernetesObject, snapshot: Snapshot): readonly KubernetesObject[] {
  const { namespace } = object.metadata;
  switch (object.kind) {
    case 'Ingress': {
      const services = servicesNamedBy(object).flatMap((name) => snapshot.get('Service', namespace, name) ?? []);
      return unique([...services, ...services.flatMap((service) => snapshot.workloadsOf(service))]);
    }
    case 'Service':
      return unique([...snapshot.ingressesOf(object.metadata), ...snapshot.workloadsOf(object)]);
    case 'Deployment':
    case 'StatefulSet':
    case 'DaemonSet':
    case 'Pod':
    case 'ReplicationController':
    case 'Rollout': {
      const services = snapshot.servicesOf(object);
      return unique([...services, ...services.flatMap((service) => snapshot.ingressesOf(service.metadata))]);
    }
    default:
      return [];
  }
}

function unique(objects: readonly KubernetesObject[]): readonly KubernetesObject[] {
  return [...new Map(objects.map((object) => [nameOf(object), object])).values()];
}
