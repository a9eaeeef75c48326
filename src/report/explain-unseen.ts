// What an Ingress is made of and nobody has shown: each with a question mark, where it would be.
import { hintsInWords, type UnseenReference } from '../judge/references.ts';
import { formatName, isSameName, type ObjectName, referenceTo } from '../kubernetes/field-path.ts';
import type { BackendPlan } from '../plan/backend-plan.ts';
import { wrapProse } from './explain-wrap.ts';
import type { ExplainedPlan } from './explained-plan.ts';

/** Of the front end: Secrets, ManagedCertificates and the FrontendConfig. */
export function unseenInFrontEnd(explained: ExplainedPlan): readonly string[] {
  return frontEndUnseen(explained).flatMap((text) => wrapProse('  ', `? ${text}`, 4));
}

export function frontEndUnseen({ unseen, plan }: ExplainedPlan): readonly string[] {
  const ingress = referenceTo(plan.ingress);
  return unseen.filter(({ object, namedBy }) => isSameName(namedBy, ingress) && object.kind !== 'Service').map(inWords);
}

export function unseenInBackend(explained: ExplainedPlan, backend: BackendPlan, indent: number): readonly string[] {
  const pad = ' '.repeat(indent);
  return backendUnseen(explained, backend).flatMap((text) => wrapProse(pad, `? ${text}`, indent + 2));
}

/** Of one backend: its BackendConfig, the Secrets of that, and the ConfigMaps of its Pods. */
export function backendUnseen({ unseen }: ExplainedPlan, backend: BackendPlan): readonly string[] {
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
  return unseen.filter(isOwn).map((reference) => {
    const by = reference.object.kind === 'BackendConfig' ? '' : ` (named by ${formatName(reference.namedBy)})`;
    return `${inWords(reference)}${by}`;
  });
}

export function unseenService(explained: ExplainedPlan, name: string, indent: number): readonly string[] {
  return wrapProse(' '.repeat(indent), serviceUnseen(explained, name), indent);
}

/** Why nothing is known of a Service that the Ingress names. */
export function serviceUnseen({ unseen, plan }: ExplainedPlan, name: string): string {
  const ingress = referenceTo(plan.ingress);
  const found = unseen.find(
    ({ object, namedBy }) => object.kind === 'Service' && object.name === name && isSameName(namedBy, ingress),
  );
  const elsewhere = found === undefined ? '' : hintsInWords(found);
  return `not among the objects that are known here${elsewhere === '' ? '' : `. ${elsewhere}`}`;
}

function inWords(reference: UnseenReference): string {
  const { object } = reference;
  const other = hintsInWords(reference);
  return `${object.kind} ${object.name}, not known here${other === '' ? '' : `. ${other}`}`;
}
