import { annotationPath } from '../plan/problem.ts';
import { readAppProtocols } from '../plan/protocol.ts';
import { howToWriteAppProtocols } from '../plan/protocol-fix.ts';
import { defineRule } from './rule.ts';
import { fateOfUses } from './service-fate.ts';

export const appProtocolsInvalid = defineRule({
  id: 'app-protocols-invalid',
  judges: 'Service',
  severity: 'error',
  summary: 'The annotation app-protocols of a Service is not what the GKE Ingress controller decodes.',
  why: 'One value that it does not know fails every backend of the Service, and with them the whole Ingress. The older key service.alpha.kubernetes.io/app-protocols decides where it is there, even if the newer one is right.',
  fix: `Write '{"PORT-NAME": "HTTPS"}' with HTTP, HTTPS or HTTP2, in capitals.`,
  covers: ['C7'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/concepts/ingress-xlb'],
  check: ({ service, uses }) => {
    const protocols = readAppProtocols(service.metadata.annotations);
    if (protocols.state !== 'invalid') return [];
    const { key, text, error } = protocols;
    const fate = fateOfUses(uses, 'C7');
    return [
      {
        path: annotationPath(key),
        message: `${key} is no use (${error}), so ${fate.words}.`,
        fix: howToWriteAppProtocols(text, service),
        isCertain: fate.isCertain,
      },
    ];
  },
});
