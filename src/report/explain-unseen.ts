// What an Ingress is made of and nobody has shown: each with a question mark, where it would stand.
import { hintsInWords, type UnseenReference } from '../judge/references.ts';
import { formatName, isSameName, type ObjectName, referenceTo } from '../kubernetes/field-path.ts';
import type { BackendPlan } from '../plan/backend-plan.ts';
import { wrapProse } from './explain-wrap.ts';
import type { ExplainedPlan } from './explained-plan.ts';

/** Of the front end: Secrets, ManagedCertificates and the FrontendConfig. */
export function unseenInFrontEnd({ unseen, plan }: ExplainedPlan): readonly string[] {
  const ingress = referenceTo(plan.ingress);
  return unseen
    .filter(({ object, namedBy }) => isSameName(namedBy, ingress) && object.kind !== 'Service')
    .flatMap((reference) => wrapProse('  ', `? ${inWords(reference)}`, 4));
}

/** Of one backend: its BackendConfig, the Secrets of that, and the ConfigMaps of its Pods. */
export function unseenInBackend({ unseen }: ExplainedPlan, backend: BackendPlan, indent: number): readonly string[] {
  const { service, backendConfig, workloads } = backend;
  const parts: readonly ObjectName[] = [
    ...(backendConfig.state === 'found' ? [referenceTo(backendConfig.object)] : []),
    ...workloads.map(referenceTo),
  ];
  const isOwn = ({ object, namedBy }: UnseenReference): boolean => {
    if (parts.some((part) => isSameName(part, namedBy))) return true;
    const isNamed = backendConfig.state === 'unknown' && object.name === backendConfig.name;
    return isNamed && service !== undefined && isSameName(namedBy, referenceTo(service));
  };
  const pad = ' '.repeat(indent);
  return unseen.filter(isOwn).flatMap((reference) => {
    const by = reference.object.kind === 'BackendConfig' ? '' : ` (named by ${formatName(reference.namedBy)})`;
    return wrapProse(pad, `? ${inWords(reference)}${by}`, indent + 2);
  });
}

/** Why nothing is known of a Service that the Ingress names. */
export function unseenService({ unseen, plan }: ExplainedPlan, name: string, indent: number): readonly string[] {
  const ingress = referenceTo(plan.ingress);
  const found = unseen.find(
    ({ object, namedBy }) => object.kind === 'Service' && object.name === name && isSameName(namedBy, ingress),
  );
  const elsewhere = found === undefined ? '' : hintsInWords(found);
  const text = `not among the objects that are known here${elsewhere === '' ? '' : `. ${elsewhere}`}`;
  return wrapProse(' '.repeat(indent), text, indent);
}

function inWords(reference: UnseenReference): string {
  const { object } = reference;
  const other = hintsInWords(reference);
  return `${object.kind} ${object.name}, not known here${other === '' ? '' : `. ${other}`}`;
}
