import type { RuleFinding } from '../judge/finding.ts';
import { advise, inWords, type Remedy, removeAnnotation, setAnnotation, together } from '../judge/fix.ts';
import { defineRule, type IngressContext, type ServiceContext } from '../judge/rule.ts';
import { annotationPath } from '../kubernetes/field-path.ts';
import type { Ingress, Service } from '../kubernetes/objects.ts';
import { keysIn } from '../kubernetes/read.ts';
import { type AnnotationOwner, findMeantKey, findNearKey, ownerOf } from '../plan/annotation-owner.ts';
import { lazy } from '../plan/lazy.ts';
import { servicesNamedBy } from '../snapshot/snapshot.ts';

export const annotationOnWrongKind = defineRule({
  id: 'annotation-on-wrong-kind',
  judges: ['Ingress', 'Service'],
  severity: 'warning',
  summary: 'An annotation of GKE is where nothing reads it: on the other kind, or under a key that is nearly right.',
  why: 'The controller reads NEG, BackendConfig and protocol annotations on the Service, those of the front end on the Ingress, each under one exact key. Anywhere else they do nothing, and nothing says so.',
  fix: 'Move the annotation to the object that is read, under its exact key.',
  covers: ['R11', 'R25'],
  references: [
    'https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration',
    'https://github.com/kubernetes/ingress-gce/issues/1744',
  ],
  check: { Ingress: judgeIngress, Service: judgeService },
});

/** An object of the other kind, as far as it is known. */
interface Neighbour {
  readonly name: string;
  readonly object: Ingress | Service | undefined;
}

function judgeIngress({ ingress, snapshot }: IngressContext): readonly RuleFinding[] {
  const { namespace } = ingress.metadata;
  const services = (): readonly Neighbour[] =>
    servicesNamedBy(ingress).map((name) => ({ name, object: snapshot.get('Service', namespace, name) }));
  return judgeKeys(ingress, lazy(services), true);
}

function judgeService({ service, backends }: ServiceContext): readonly RuleFinding[] {
  const ingresses = (): readonly Neighbour[] =>
    [...new Set(backends.map(({ plan }) => plan.ingress))].map((object) => ({ name: object.metadata.name, object }));
  const isBehindGke = backends.some(({ plan }) => plan.served.concern === 'certain');
  return judgeKeys(service, lazy(ingresses), isBehindGke);
}

/** @param isOfGke whether the object is known to be part of a GKE Ingress */
function judgeKeys(
  object: Ingress | Service,
  neighbours: () => readonly Neighbour[],
  isOfGke: boolean,
): readonly RuleFinding[] {
  const lackOf = createLacks(object, neighbours);
  return keysIn(object.metadata.annotations).flatMap((key) => {
    const found = judgeKey(key, object, neighbours, lackOf);
    return found === undefined ? [] : [{ ...found, path: annotationPath(key), isCertain: isOfGke && found.isCertain }];
  });
}

/** Whether readers lack an annotation. Each that has it itself, as by commonAnnotations of kustomize: nothing is lost. */
type Lack = 'none' | 'certain' | 'possible';

/** Of the object itself or its neighbours, whichever the key is read on; of each key once, however often it is miswritten. */
function createLacks(object: Ingress | Service, neighbours: () => readonly Neighbour[]): (meant: string) => Lack {
  const known = new Map<string, Lack>();
  return (meant) => {
    const found = known.get(meant);
    if (found !== undefined) return found;
    const readers = ownerOf(meant) === object.kind ? [{ name: object.metadata.name, object }] : neighbours();
    const lacking = readers.filter((reader) => reader.object?.metadata.annotations[meant] === undefined);
    // Those that are not known yet may have it.
    const isCertain = readers.length === 0 || lacking.some((reader) => reader.object !== undefined);
    const lack = readers.length > 0 && lacking.length === 0 ? 'none' : isCertain ? 'certain' : 'possible';
    known.set(meant, lack);
    return lack;
  };
}

type Found = Required<Pick<RuleFinding, 'message' | 'fix' | 'isCertain'>>;

function judgeKey(
  key: string,
  object: Ingress | Service,
  neighbours: () => readonly Neighbour[],
  lackOf: (meant: string) => Lack,
): Found | undefined {
  const meant = ownerOf(key) === undefined ? (findMeantKey(key) ?? findSlip(key, object)) : key;
  const home = meant === undefined ? undefined : ownerOf(meant);
  if (meant === undefined || home === undefined || (meant === key && home === object.kind)) return undefined;
  const lack = lackOf(meant);
  if (lack === 'none') return undefined;
  const isCertain = lack === 'certain';
  const removal = removeAnnotation(object, key);
  const value = object.metadata.annotations[key] ?? '';
  if (home === object.kind) {
    return {
      isCertain,
      message: `nothing reads the annotation ${key}: its key is ${meant}.`,
      fix: [inWords(`rename it to ${meant}`, together(setAnnotation(object, meant, value), removal))],
    };
  }
  const readers = neighbours();
  const target = targetOf(home, readers);
  const reader = readers.length === 1 ? readers[0]?.object : undefined;
  const move = (words: string): Remedy =>
    reader === undefined ? advise(words) : inWords(words, together(setAnnotation(reader, meant, value), removal));
  if (meant === key) {
    return {
      isCertain,
      message: `the annotation ${key} does nothing on ${withArticle(object.kind)}: it is read on ${withArticle(home)} only.`,
      fix: [move(`move it to ${target}`)],
    };
  }
  return {
    isCertain,
    message: `nothing reads the annotation ${key}: its key is ${meant}, on ${withArticle(home)}.`,
    fix: [move(`write ${meant} on ${target}, and remove this one`)],
  };
}

/** Nobody wrote so many by hand, and each takes time. */
const MAX_KEYS = 200;

function findSlip(key: string, { metadata }: Ingress | Service): string | undefined {
  return keysIn(metadata.annotations).length > MAX_KEYS ? undefined : findNearKey(key);
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
