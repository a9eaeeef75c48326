import { saidElsewhere } from '../judge/elsewhere.ts';
import type { Wording } from '../judge/finding.ts';
import { advise, inWords, run, setAnnotation } from '../judge/fix.ts';
import { correctName } from '../judge/near-name.ts';
import { defineRule, type WordingContext } from '../judge/rule.ts';
import { isMadeByCertManager } from '../plan/annotation-keys.ts';
import { EDIT_IN_PLACE, isEditedInPlace, isFilledByCertManager } from '../plan/cert-manager.ts';
import type { FaultOf } from '../plan/fault.ts';
import type { Command } from '../shell-quote.ts';
import { operand } from '../shell-quote.ts';

export const tlsSecretMissing = defineRule({
  id: 'tls-secret-missing',
  judges: ['Ingress'],
  severity: 'error',
  summary: 'A TLS Secret of the Ingress does not exist, lacks tls.crt or tls.key, or has an empty certificate.',
  why: 'One Secret that cannot be used stops the sync of the whole load balancer, HTTP included. Where cert-manager will make the Secret, that lasts only until it has, and the finding is an info; with acme.cert-manager.io/http01-edit-in-place it makes a temporary certificate at once.',
  fix: 'Create the Secret in the namespace of the Ingress, with the keys tls.crt and tls.key.',
  covers: ['C22', 'C24', 'C55', 'R18'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-multi-ssl'],
  words: { C22: wordMissing, C24: wordWithoutKey, C55: wordEmpty },
});

function wordMissing(
  { secretName, owner }: FaultOf<'C22'>,
  { plan, snapshot, otherNamespaces }: WordingContext,
): Wording | undefined {
  // cert-manager makes a temporary certificate first (setIssuerSpecificConfig).
  if (plan !== undefined && isEditedInPlace(plan.ingress)) return undefined;
  const { namespace } = owner;
  const message = `the TLS Secret "${secretName}" does not exist in namespace "${namespace}": the sync fails.`;
  const create = run(createSecret(secretName, namespace));
  const elsewhere = saidElsewhere({ kind: 'Secret', namespace, name: secretName }, 'Ingress', otherNamespaces);
  const named = plan?.frontEnd.tls.secretNames ?? [];
  const near = correctName({ kind: 'Secret', namespace, name: secretName }, snapshot, named);
  if (plan === undefined || !isFilledByCertManager(plan.ingress, secretName, snapshot))
    return { message, fix: [...near, create], identity: secretName, ...elsewhere };
  const inPlace = isMadeByCertManager(plan.ingress.metadata.annotations)
    ? [inWords(`for HTTP-01 set ${EDIT_IN_PLACE}: "true"`, setAnnotation(plan.ingress, EDIT_IN_PLACE, 'true'))]
    : [];
  const fix = [advise('wait for cert-manager'), ...(inPlace.length > 0 ? inPlace : [create])];
  return { message, fix, identity: secretName, ...elsewhere, ...UNTIL_MADE };
}

/** The owner is the Secret, which nobody judges: it is said at the Ingress. */
function wordWithoutKey({ secretName, missing }: FaultOf<'C24'>, { plan, snapshot }: WordingContext): Wording {
  const wording = {
    message: `the TLS Secret "${secretName}" has no key "${missing}": the sync fails.`,
    fix: [advise(`give Secret "${secretName}" both tls.crt and tls.key`)],
    identity: secretName,
  };
  return plan !== undefined && isFilledByCertManager(plan.ingress, secretName, snapshot)
    ? { ...wording, ...UNTIL_MADE, fix: [advise('wait for cert-manager'), ...wording.fix] }
    : wording;
}

/** The load balancer is built all the same, with a name in it that no certificate has: Google refuses that. */
function wordEmpty({ secretName }: FaultOf<'C55'>, { plan, snapshot }: WordingContext): Wording {
  const wording = {
    message: `tls.crt of the TLS Secret "${secretName}" is empty: no certificate is made of it, yet HTTPS is to use it.`,
    fix: [advise(`give Secret "${secretName}" a certificate`)],
    identity: secretName,
  };
  return plan !== undefined && isFilledByCertManager(plan.ingress, secretName, snapshot)
    ? { ...wording, ...UNTIL_MADE, fix: [advise('wait for cert-manager'), ...wording.fix] }
    : wording;
}

/** What cert-manager does next ends it. */
const UNTIL_MADE = {
  note: 'That lasts until cert-manager has made it; a challenge over HTTP-01 needs the load balancer first.',
  isCertain: false,
  severity: 'info',
} as const satisfies Partial<Wording>;

function createSecret(name: string, namespace: string): Command {
  return ['kubectl', 'create', 'secret', 'tls', operand(name), '-n', namespace, '--cert=FILE', '--key=FILE'];
}
