import { enableAddOnCommand, type FactSource, isProof, type Known } from '../facts/facts.ts';
import { findAddOnClaim, nameOtherClass } from '../judge/add-on-claim.ts';
import type { RuleFinding } from '../judge/finding.ts';
import { advise, type Remedy, run } from '../judge/fix.ts';
import { defineRule, type IngressContext } from '../judge/rule.ts';
import type { Ingress } from '../kubernetes/objects.ts';
import { findForeignAnnotation, INGRESS_CLASS } from '../plan/annotation-keys.ts';

export const httpLoadBalancingDisabled = defineRule({
  id: 'http-load-balancing-disabled',
  judges: ['Ingress'],
  severity: 'error',
  summary: 'The Ingress is for the GKE Ingress controller, and the HTTP load balancing add-on of the cluster is off.',
  why: 'With the add-on off the controller does not run: the Ingress never gets an address, and there is no event and no log that says so.',
  fix: 'Turn the add-on on, or name the class of the controller that is meant to serve the Ingress.',
  covers: ['C2', 'R7'],
  references: [
    'https://cloud.google.com/kubernetes-engine/docs/how-to/load-balance-ingress',
    'https://github.com/kubernetes/ingress-gce/issues/605',
  ],
  isAboutCluster: true,
  supersedes: [
    'ingress-class-name-ignored',
    'gce-class-not-offered',
    'ingress-class-misspelt',
    'ingress-class-missing',
    'foreign-annotation-ignored',
  ],
  isAboutClass: true,
  check: { Ingress: findDisabled },
});

function findDisabled({ ingress, plan, facts, snapshot, trustsObserved }: IngressContext): readonly RuleFinding[] {
  const addOn = facts.httpLoadBalancing;
  if (!addOn.known || addOn.value !== 'disabled') return [];
  const claim = findAddOnClaim(ingress, plan.class, snapshot);
  if (claim === undefined) return [];
  const found = { path: claim.path, identity: 'class' };
  const turnOn = run(enableAddOnCommand(facts.cluster));
  const says = sourceInWords(addOn);
  if (claim.className === undefined && claim.proof === undefined) {
    return [
      {
        ...found,
        message: 'it names no class, and HTTP load balancing is off.',
        note: `The add-on is off (${says}): if the Ingress is meant for GKE, nothing will ever serve it; otherwise another controller may take it.`,
        fix: waysOut(ingress, turnOn),
        isCertain: false,
        severity: 'warning',
      },
    ];
  }
  const serves = claim.className === undefined ? 'this Ingress' : `class "${claim.className}"`;
  if (addOn.contradictedBy !== undefined) {
    return [
      {
        ...found,
        // Short enough to be whole in one line of a client, with the command.
        message: `the add-on is off (${SAYS[addOn.source]}), but its backend runs.`,
        note: `HTTP load balancing may just have been turned on; if not, nothing serves ${serves}, without an event or a log line. The guard is asking again.`,
        fix: [turnOn],
        isCertain: false,
      },
    ];
  }
  const cluster = facts.cluster.name === undefined ? 'The cluster' : `Cluster "${facts.cluster.name}"`;
  const asks = claim.proof ?? INGRESS_CLASS;
  const isCertain = isProof(addOn, trustsObserved);
  const runs = isCertain ? 'does not run' : 'most likely does not run';
  return [
    {
      ...found,
      message: isCertain
        ? `the HTTP load balancing add-on is off, so nothing serves ${serves}.`
        : 'the add-on seems off: kube-system has no l7-default-backend.',
      // The one-line form does without; the denial has room for the whole story.
      note: `${cluster} ${runs} the GKE Ingress controller (${says}), which the annotation ${asks} asks for: the Ingress would wait forever, without an event or a log line.`,
      fix: [turnOn],
      isCertain,
    },
  ];
}

/** The class of the controller whose annotations the Ingress carries is the better guess. */
function waysOut(ingress: Ingress, turnOn: Remedy): readonly Remedy[] {
  const foreign = findForeignAnnotation(ingress.metadata.annotations);
  return foreign === undefined
    ? [turnOn, advise('name the class of another controller in spec.ingressClassName')]
    : [nameOtherClass(ingress, foreign.ingressClass), turnOn];
}

const SAYS: Readonly<Record<FactSource, string>> = {
  file: 'says the facts file',
  'gke-api': 'says the GKE API',
  observed: 'no l7-default-backend is seen in kube-system',
};

function sourceInWords({ source, contradictedBy }: Known<unknown>): string {
  return contradictedBy === undefined ? SAYS[source] : `${SAYS[source]}, but the default backend is running`;
}
