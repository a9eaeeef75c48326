import type { Wording } from '../judge/finding.ts';
import { advise, inWords, run } from '../judge/fix.ts';
import { defineRule, type WordingContext } from '../judge/rule.ts';
import { isMadeByCertManager } from '../plan/annotation-keys.ts';
import type { FaultOf } from '../plan/fault.ts';
import type { Command } from '../shell-quote.ts';

export const tlsSecretMissing = defineRule({
  id: 'tls-secret-missing',
  judges: ['Ingress'],
  severity: 'error',
  summary: 'A TLS Secret of the Ingress does not exist, or lacks tls.crt or tls.key.',
  why: 'One Secret that cannot be used stops the sync of the whole load balancer, HTTP included. Where cert-manager will make the Secret, that lasts only until it has, and the finding is an info.',
  fix: 'Create the Secret in the namespace of the Ingress, with the keys tls.crt and tls.key.',
  covers: ['C22', 'C24', 'R18'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-multi-ssl'],
  words: { C22: wordMissing, C24: wordWithoutKey },
});

function wordMissing({ secretName, owner }: FaultOf<'C22'>, { plan }: WordingContext): Wording {
  const { namespace } = owner;
  const message = `the TLS Secret "${secretName}" does not exist in namespace "${namespace}": the sync fails.`;
  const create = run(createSecret(secretName, namespace));
  if (!isAwaited(plan)) return { message, fix: [create], identity: secretName };
  const fix = [advise('wait for cert-manager'), inWords('for HTTP-01', create)];
  return { message, fix, identity: secretName, ...UNTIL_MADE };
}

/** The owner is the Secret, which nobody judges: it is said at the Ingress. */
function wordWithoutKey({ secretName, missing }: FaultOf<'C24'>, { plan }: WordingContext): Wording {
  const wording = {
    message: `the TLS Secret "${secretName}" has no key "${missing}": the sync fails.`,
    fix: [advise(`give Secret "${secretName}" both tls.crt and tls.key`)],
    identity: secretName,
  };
  return isAwaited(plan)
    ? { ...wording, ...UNTIL_MADE, fix: [advise('wait for cert-manager'), ...wording.fix] }
    : wording;
}

/** What cert-manager does next ends it. */
const UNTIL_MADE = {
  note: 'That lasts until cert-manager has made it; a challenge over HTTP-01 needs the load balancer first.',
  isCertain: false,
  severity: 'info',
} as const satisfies Partial<Wording>;

function isAwaited(plan: WordingContext['plan']): boolean {
  return plan !== undefined && isMadeByCertManager(plan.ingress.metadata.annotations);
}

function createSecret(name: string, namespace: string): Command {
  return ['kubectl', 'create', 'secret', 'tls', name, '-n', namespace, '--cert=FILE', '--key=FILE'];
}
