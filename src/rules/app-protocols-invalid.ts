import type { Wording } from '../judge/finding.ts';
import { advise, type Remedy, removeAnnotation, setAnnotation, together } from '../judge/fix.ts';
import { wholeIngressFails } from '../judge/plan-words.ts';
import { defineRule, type WordingContext } from '../judge/rule.ts';
import type { Service } from '../kubernetes/objects.ts';
import type { FaultOf } from '../plan/fault.ts';
import { readOnce } from '../plan/lazy.ts';
import { readAppProtocols } from '../plan/protocol.ts';
import { meantProtocols, protocolsText } from '../plan/protocol-meant.ts';

export const appProtocolsInvalid = defineRule({
  id: 'app-protocols-invalid',
  judges: ['Service'],
  severity: 'error',
  summary: 'The annotation app-protocols of a Service is not what the GKE Ingress controller decodes.',
  why: 'One value that it does not know fails every backend of the Service, and with them the whole Ingress. The older key service.alpha.kubernetes.io/app-protocols decides where it is there, even if the newer one is right.',
  fix: `Write '{"PORT-NAME": "HTTPS"}' with HTTP, HTTPS or HTTP2, in capitals.`,
  covers: ['C7'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/concepts/ingress-xlb'],
  words: { C7: wordInvalid },
});

function wordInvalid({ service, key, error }: FaultOf<'C7'>, { plan }: WordingContext): Wording {
  return {
    message: `${key} cannot be decoded (${error}), so ${wholeIngressFails(plan, 'the Service')}.`,
    fix: remediesOf(service),
  };
}

/** Each port of the Service behind an Ingress has them, and what was meant takes time by the length of the text. */
const remediesOf: (service: Service) => readonly Remedy[] = readOnce((service) => {
  const protocols = readAppProtocols(service.metadata.annotations);
  if (protocols.state !== 'invalid') return [];
  const { key, text } = protocols;
  const meant = meantProtocols(text);
  if (meant !== undefined) return [setAnnotation(service, key, protocolsText(meant))];
  const portName = service.ports.find(({ name }) => name !== '')?.name;
  return [advise(`write '{"${portName ?? 'PORT-NAME'}": "HTTPS"}', or HTTP, or HTTP2`), removal(service, key)];
});

/** Without the older key the newer one decides, if it is there. */
function removal(service: Service, key: string): Remedy {
  const { [key]: _, ...others } = service.metadata.annotations;
  const next = readAppProtocols(others);
  switch (next.state) {
    case 'absent':
      return removeAnnotation(service, key, 'for HTTP');
    case 'valid':
      return removeAnnotation(service, key, `then ${next.key} decides`);
    case 'invalid':
      return together(removeAnnotation(service, key), removeAnnotation(service, next.key, 'for HTTP'));
  }
}
