import { nameNoBackendConfig } from '../judge/backend-config-remedies.ts';
import type { Wording } from '../judge/finding.ts';
import { advise, inWords, type Remedy, removeAnnotation, setAnnotation, valueInWords } from '../judge/fix.ts';
import { wholeIngressFails } from '../judge/plan-words.ts';
import { defineRule, type WordingContext } from '../judge/rule.ts';
import { BACKEND_CONFIG } from '../plan/annotation-keys.ts';
import { readBackendConfigAnnotation } from '../plan/backend-config.ts';
import { meantBackendConfigs } from '../plan/backend-config-meant.ts';
import type { FaultOf } from '../plan/fault.ts';

export const backendConfigAnnotationInvalid = defineRule({
  id: 'backend-config-annotation-invalid',
  judges: ['Service'],
  severity: 'error',
  summary:
    'The annotation backend-config of a Service is not what the GKE Ingress controller decodes, or names no BackendConfig.',
  why: 'The annotation is JSON with the keys "default" and "ports"; one that names nothing is an error too. Every backend of the Service fails, and with them the whole Ingress.',
  fix: `Write '{"default": "NAME"}', or '{"ports": {"PORT": "NAME"}}' with the name or the number of a Service port.`,
  covers: ['C9', 'R11'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration'],
  words: { C9: wordInvalid },
});

function wordInvalid(invalid: FaultOf<'C9'>, { plan }: WordingContext): Wording {
  const { key, error } = invalid;
  return {
    message: `${key} is not valid (${error}), so ${wholeIngressFails(plan)}.`,
    fix: remediesFor(invalid),
  };
}

function remediesFor({ service, key, text }: FaultOf<'C9'>): readonly Remedy[] {
  const meant = meantBackendConfigs(text, service);
  if (meant.isKnown) {
    // In words, since the message names the key already and is long.
    return [inWords(`write ${valueInWords(meant.value)}`, setAnnotation(service, key, meant.value))];
  }
  const write = advise(`write '{"default": "NAME"}'`);
  // They are there for something.
  if (meant.why === 'several-entries') return [write];
  return [write, withoutIt(service, key)];
}

/** The older key counts once the newer one is gone. */
function withoutIt(service: FaultOf<'C9'>['service'], key: string): Remedy {
  const { annotations } = service.metadata;
  const older = BACKEND_CONFIG.find((other) => other !== key && annotations[other] !== undefined);
  const isGood =
    older !== undefined && readBackendConfigAnnotation({ [older]: annotations[older] ?? '' }).state === 'valid';
  return isGood ? removeAnnotation(service, key, `then ${older} counts`) : nameNoBackendConfig(service);
}
