import { operand } from '../../shell-quote.ts';
import { type Check, type Problem, SINGLE_NAMES } from '../check.ts';
import { type Fix, joinFixes, kubectl, REAPPLY } from '../fix.ts';
import { type Installation, need, SINGLES, type Single } from '../installation.ts';
import { ADD_ISSUER, lookAtIssuer, tlsSecret, whoFillsCaBundle } from '../issuer.ts';

export const installed: Check = {
  id: 'installed',
  looksAt: 'Namespace, ServiceAccount, Deployment, Service, Secret and both webhook configurations are there.',
  why: 'Without a webhook configuration nothing is judged; without the rest every call of the API server fails.',
  ok: 'every part is there',
  needs: [],
  subject: ({ guard }) => `Namespace/${guard.namespace}`,
  run: (installation) => SINGLES.flatMap((part) => missing(installation, part)),
};

function missing(installation: Installation, part: Single): readonly Problem[] {
  const look = installation[part];
  const { origin } = installation;
  const kind = SINGLE_NAMES[part];
  const subject = `${kind}/${subjectName(installation, part)}`;
  if (!look.seen) {
    // Manifests never hold the certificate, which has a line of its own.
    return origin === 'files' ? [] : [{ status: 'skipped', subject, message: look.reason, fix: look.command }];
  }
  if (look.value !== undefined) return [];
  // The manifests of a chart have no Namespace: Helm needs it before them.
  const isMadeElsewhere = (part === 'serviceAccount' || part === 'namespace') && origin === 'files';
  return [
    {
      status: isMadeElsewhere ? 'warning' : 'error',
      subject,
      message: `it is not ${origin === 'cluster' ? 'in the cluster' : 'among the manifests'}: ${EFFECTS[part]}`,
      fix: howToFix(installation, part),
    },
  ];
}

function howToFix(installation: Installation, part: Single): Fix {
  if (part === 'secret') {
    const configuration = need(installation, 'validating');
    return whoFillsCaBundle(installation, configuration) === undefined
      ? ADD_ISSUER
      : lookAtIssuer(installation, configuration);
  }
  if (part === 'namespace' && installation.origin === 'files') {
    const create = kubectl(undefined, 'create', 'namespace', operand(installation.guard.namespace));
    return [create, ', unless something else makes it, as helm install --create-namespace does'];
  }
  return installation.origin === 'cluster'
    ? joinFixes(REAPPLY, '; ', 'or name yours with -n NAMESPACE and --name NAME')
    : 'Render the whole overlay: kubectl kustomize OVERLAY | gke-ingress-guard doctor -f - # or name yours with -n and --name';
}

function subjectName(installation: Installation, part: Single): string {
  const { namespace, name } = installation.guard;
  if (part === 'namespace') return namespace;
  if (part === 'mutating' || part === 'validating') return name;
  return `${namespace}/${part === 'secret' ? tlsSecret(installation) : name}`;
}

const EFFECTS: Readonly<Record<Single, string>> = {
  mutating: 'no Service gets its NEG annotation.',
  validating: 'nothing is judged and nothing refused.',
  namespace: 'nothing else of the guard can be stored.',
  service: 'the API server has nowhere to call.',
  deployment: 'nobody answers the API server.',
  serviceAccount: 'no Pod of the Deployment can be made.',
  secret: 'the Pods do not start.',
};
