import type { Ingress, Service } from '../kubernetes/objects.ts';
import { type AnnotationOwner, findMeantKey, ownerOf } from '../plan/annotation-owner.ts';
import { decideClass } from '../plan/ingress-class.ts';
import { annotationPath } from '../plan/problem.ts';
import { servicesNamedBy } from '../snapshot/snapshot.ts';
import { defineRule, type ObjectContext, type RuleFinding } from './rule.ts';

export const annotationOnWrongKind = defineRule({
  id: 'annotation-on-wrong-kind',
  judges: 'Object',
  severity: 'warning',
  summary: 'An annotation of GKE stands where nothing reads it: on the other kind, or under a wrong prefix.',
  why: 'The controller reads NEG, BackendConfig and protocol annotations on the Service, those of the front end on the Ingress, each under one exact key. Anywhere else they do nothing, and nothing says so.',
  fix: 'Move the annotation to the object that is read, under its exact key.',
  covers: ['R11', 'R25'],
  references: [
    'https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration',
    'https://github.com/kubernetes/ingress-gce/issues/1744',
  ],
  check: (context) => {
    const { object, facts } = context;
    if (object.kind !== 'Ingress' && object.kind !== 'Service') return [];
    // An Ingress of another controller is that one's business.
    if (object.kind === 'Ingress' && !decideClass(object, facts).isClaimed) return [];
    const neighbours = object.kind === 'Ingress' ? servicesOf(object, context) : ingressesOf(object, context);
    const isCertain = object.kind === 'Ingress' || neighbours.length > 0;
    return Object.keys(object.metadata.annotations).flatMap((key) => {
      const found = judgeKey(key, object, neighbours);
      return found === undefined ? [] : [{ path: annotationPath(key), isCertain, ...found }];
    });
  },
});

/** An object of the other kind, as far as it is known. */
interface Neighbour {
  readonly name: string;
  readonly object: Ingress | Service | undefined;
}

function servicesOf(ingress: Ingress, { snapshot }: ObjectContext): readonly Neighbour[] {
  const { namespace } = ingress.metadata;
  return servicesNamedBy(ingress).map((name) => ({ name, object: snapshot.get('Service', namespace, name) }));
}

/** Those that the controller claims. */
function ingressesOf(service: Service, { snapshot, facts }: ObjectContext): readonly Neighbour[] {
  const claimed = snapshot.ingressesOf(service.metadata).filter((ingress) => decideClass(ingress, facts).isClaimed);
  return claimed.map((object) => ({ name: object.metadata.name, object }));
}

type Found = Pick<RuleFinding, 'message' | 'fix'>;

function judgeKey(key: string, object: Ingress | Service, neighbours: readonly Neighbour[]): Found | undefined {
  const meant = ownerOf(key) === undefined ? findMeantKey(key) : key;
  const home = meant === undefined ? undefined : ownerOf(meant);
  if (meant === undefined || home === undefined || (meant === key && home === object.kind)) return undefined;
  const isAtHome = home === object.kind;
  // Said once more where it is read, as by commonAnnotations of kustomize: nothing is lost.
  const readers = isAtHome ? [object] : neighbours.map((neighbour) => neighbour.object);
  if (readers.length > 0 && readers.every((reader) => reader?.metadata.annotations[meant] !== undefined)) {
    return undefined;
  }
  const target = targetOf(home, neighbours);
  if (meant === key) {
    return {
      message: `the annotation ${key} does nothing on ${withArticle(object.kind)}: it is read on ${withArticle(home)} only.`,
      fix: `Move it to ${target}.`,
    };
  }
  return {
    message: `nothing reads the annotation ${key}: its key is ${meant}${isAtHome ? '' : `, on ${withArticle(home)}`}.`,
    fix: `Write ${meant}${isAtHome ? '' : ` on ${target}`}.`,
  };
}

function withArticle(kind: AnnotationOwner): string {
  return kind === 'Ingress' ? 'an Ingress' : 'a Service';
}

/** By name, where there is but one. */
function targetOf(home: AnnotationOwner, neighbours: readonly Neighbour[]): string {
  const [only] = neighbours;
  if (only !== undefined && neighbours.length === 1) return `${home} "${only.name}"`;
  return home === 'Ingress' ? 'the Ingress' : 'the Services behind the Ingress';
}
