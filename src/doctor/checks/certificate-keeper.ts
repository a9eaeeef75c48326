import { operand } from '../../shell-quote.ts';
import { aboutDeployment, type Check, type Problem } from '../check.ts';
import { kubectl } from '../fix.ts';
import { isSelfSigned, readGuardPod, replicasOf } from '../guard-pod.ts';
import { type Installation, listed, need } from '../installation.ts';
import { keeperName } from '../needed-rights.ts';

export const certificateKeeper: Check = {
  id: 'certificate-keeper',
  looksAt:
    'Where the guard serves with a certificate of its own (--self-signed): keep-certificate runs, which makes and renews it.',
  why: 'The Pods that serve only read. Without a keeper a new installation is never ready, and an old one ends with its certificate.',
  ok: "something keeps the certificate, or it is not the guard's own",
  needs: ['deployment', 'keepers'],
  subject: aboutDeployment,
  run: (installation) => {
    if (!isSelfSigned(readGuardPod(need(installation, 'deployment')))) return [];
    const [keeper] = listed(installation, 'keepers');
    if (keeper === undefined) return [missing(installation)];
    return replicasOf(keeper) === 0 ? [atRest(installation)] : [];
  },
};

function missing(installation: Installation): Problem {
  return {
    ...about(installation),
    message: `there is no such Deployment, and --self-signed only reads: nobody makes or renews the certificate.`,
    fix: ['Add deploy/components/self-signed to your overlay, then ', kubectl(undefined, 'apply', '-k', 'OVERLAY')],
  };
}

function atRest(installation: Installation): Problem {
  const { namespace } = installation.guard;
  const name = operand(`deployment/${keeperName(installation.guard)}`);
  return {
    ...about(installation),
    message: 'it has 0 replicas: nobody renews the certificate, or puts a caBundle back.',
    fix: [kubectl(namespace, 'scale', name, '--replicas=1')],
  };
}

function about({ guard }: Installation): Pick<Problem, 'status' | 'subject'> {
  return { status: 'error', subject: `Deployment/${guard.namespace}/${keeperName(guard)}` };
}
