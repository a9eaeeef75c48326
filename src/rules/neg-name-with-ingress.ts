import type { Wording } from '../judge/finding.ts';
import { advise, inWords, type Remedy, setAnnotation } from '../judge/fix.ts';
import { shortened } from '../judge/quoted.ts';
import { defineRule, type WordingContext } from '../judge/rule.ts';
import { nameOf, type Service } from '../kubernetes/objects.ts';
import { NEG } from '../plan/annotation-keys.ts';
import { assumedIngress } from '../plan/assumed.ts';
import type { FaultOf } from '../plan/fault.ts';
import { readOnce } from '../plan/lazy.ts';
import { isNegForIngress, readNegAnnotation } from '../plan/neg.ts';
import { type NegMeaning, negMeaningOf, negText } from '../plan/neg-meant.ts';
import { legalNegName } from '../plan/neg-name.ts';

export const negNameWithIngress = defineRule({
  id: 'neg-name-with-ingress',
  judges: ['Service'],
  severity: 'error',
  summary: `The annotation ${NEG} gives a NEG a custom name that it cannot have.`,
  why: 'A custom NEG name does not go with "ingress": true, must be a name that Kubernetes and Google take, and belongs to one Service port. Otherwise the NEG controller makes no NEG, and reports it as an event on the Service only.',
  fix: 'Remove the name, or give one that is free and legal; leave out "ingress": true where you need a name.',
  covers: ['C37', 'C38', 'G2'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/how-to/standalone-neg#naming_negs'],
  words: { C37: wordBesideIngress, C38: wordTaken, G2: wordIllegal },
});

function wordBesideIngress({ service, names }: FaultOf<'C37'>, { plan }: WordingContext): Wording {
  const [first = ''] = names;
  const more = names.length < 2 ? '' : ` and ${names.length - 1} more`;
  return {
    message: `a custom NEG name ("${shortened(first, 63)}"${more}) does not go with "ingress": true: no NEG is made.`,
    identity: 'beside-ingress',
    // Without NEGs an Ingress that uses the Service would fail, or change to instance groups.
    fix: [...withoutNames(service), ...(plan === undefined ? withoutIngress(service) : [])],
  };
}

function wordTaken({ service, name, other }: FaultOf<'C38'>): Wording {
  const isForeign = other !== undefined && other.metadata.namespace !== service.metadata.namespace;
  return {
    message: `${askersInWords(other, isForeign)} for the NEG name "${shortened(name, 63)}", and a NEG belongs to one Service port only.`,
    identity: `taken ${name}`,
    fix: chooseName(service, name),
    ...(isForeign ? { elsewhere: `${nameOf(other)} asks for it too.` } : {}),
    isCertain: other === undefined || mayHoldNeg(other),
  };
}

/** Of two that are not stored yet the first gets the name; one that asks for "ingress": true as well never gets it. */
function mayHoldNeg({ metadata }: Service): boolean {
  return metadata.creationTimestamp !== '' && !isNegForIngress(readNegAnnotation(metadata.annotations));
}

/** What another namespace has is not for everybody who may write a Service in this one. */
function askersInWords(other: Service | undefined, isForeign: boolean): string {
  if (other === undefined) return 'two ports of this Service ask';
  return isForeign ? 'a Service of another namespace also asks' : `Service "${other.metadata.name}" also asks`;
}

const REFUSED_BY = { 'api-server': 'the Kubernetes API server', google: 'Google' } as const;

function wordIllegal({ service, name, refusedBy }: FaultOf<'G2'>, { planner }: WordingContext): Wording {
  const legal = legalNegName(name);
  const { negOwners } = planner.inputFor(assumedIngress(service.metadata.namespace));
  const isFree = legal !== undefined && negOwners.of(legal).length === 0;
  return {
    message: `${REFUSED_BY[refusedBy]} refuses the NEG name "${shortened(name, 70)}": it must be lower-case letters, digits and dashes, at most 63, with a letter first and no dash last.`,
    ...(refusedBy === 'google'
      ? {}
      : { note: 'The NEG controller makes a ServiceNetworkEndpointGroup of this name first.' }),
    identity: `illegal ${name}`,
    fix: isFree ? renaming(service)(name, legal) : chooseName(service, name),
  };
}

function chooseName(service: Service, name: string): readonly Remedy[] {
  return [advise('choose another name in exposed_ports'), ...renaming(service)(name, '')];
}

// Each remedy is made once for a Service, whichever of its ports is looked at: there may be thousands, and as many names.

/** From one name to another, or to "" for the one that GKE makes. */
const renaming = readOnce((service: Service) => {
  const made = new Map<string, readonly Remedy[]>();
  return (from: string, to: string): readonly Remedy[] => {
    const known = made.get(from);
    if (known !== undefined) return known;
    const words = to === '' ? 'remove the name' : `write "${to}"`;
    const rewritten = rewrite(service, (name) => (name === from ? to : name));
    const remedy = rewritten.map((one) => inWords(words, one));
    made.set(from, remedy);
    return remedy;
  };
});

const withoutNames = readOnce((service: Service) => rewrite(service, () => ''));

/** For standalone NEGs. */
const withoutIngress = readOnce((service: Service) =>
  rewrite(service, (name) => name, { ingress: undefined }).map((remedy) => inWords('remove "ingress": true', remedy)),
);

function rewrite(
  service: Service,
  rename: (name: string) => string,
  change: Partial<NegMeaning> = {},
): readonly Remedy[] {
  const annotation = readNegAnnotation(service.metadata.annotations);
  if (annotation.state !== 'valid') return [];
  const exposedPorts = new Map([...annotation.exposedPorts].map(([port, name]) => [port, rename(name)] as const));
  return [setAnnotation(service, NEG, negText({ ...negMeaningOf(annotation), exposedPorts, ...change }))];
}
