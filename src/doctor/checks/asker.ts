import { at, optionalInteger, stringMapOf } from '../../kubernetes/read.ts';
import { LEARNED_CONFIG_MAP, numbersOf, readStore, whyForeign } from '../../learned/learned.ts';
import { operand } from '../../shell-quote.ts';
import { aboutDeployment, type Check, type Problem } from '../check.ts';
import { type Fix, joinFixes, jsonPatch, kubectl, REAPPLY } from '../fix.ts';
import { hasFields, isLearning, readGuardPod, replicasOf } from '../guard-pod.ts';
import { type Installation, listed, need } from '../installation.ts';
import { askerName } from '../needed-rights.ts';

/** What is known is asked again after a day (docs/asker.md); one that is missed is none. */
const QUIET_MS = 2 * 24 * 3_600_000;

export const asker: Check = {
  id: 'asker',
  looksAt:
    'Where apps are asked (components/asker): the asker runs, the guard reads what it learned, and something was learned or confirmed within two days.',
  why: 'Nobody else says so: the guard then warns of the apps of its catalogue only, and what was learned is forgotten after 30 days.',
  ok: 'the asker runs and the guard reads what it learned, or nobody is to be asked',
  needs: ['deployment', 'askers', 'learned'],
  subject: aboutDeployment,
  run: (installation) => {
    const reads = isLearning(readGuardPod(need(installation, 'deployment')));
    const [deployment] = listed(installation, 'askers');
    if (deployment === undefined) return reads ? [missing(installation)] : [];
    return [...(reads ? [] : [unread(installation)]), ...atRest(installation), ...storeProblems(installation)];
  },
};

function problem(installation: Installation, message: string, fix: Fix, subject = about(installation)): Problem {
  return { status: 'warning', subject, message, fix };
}

function about({ guard }: Installation): string {
  return `Deployment/${guard.namespace}/${askerName(guard)}`;
}

function missing(installation: Installation): Problem {
  const message =
    'there is no such Deployment, and the guard runs with --learned: nobody asks, and what was learned runs out.';
  const apply = kubectl(undefined, 'apply', '-k', 'OVERLAY');
  return problem(installation, message, ['Add deploy/components/asker to your overlay, then ', apply]);
}

function unread(installation: Installation): Problem {
  const { namespace, name } = installation.guard;
  const args = { op: 'add', path: '/spec/template/spec/containers/0/args/-', value: '--learned' } as const;
  const patch = jsonPatch(namespace, 'deployment', name, args);
  const message = 'it runs without --learned, and does not read what the asker learned: it warns of nothing of that.';
  return problem(
    installation,
    message,
    [patch, '; or add deploy/components/asker to your overlay'],
    aboutDeployment(installation),
  );
}

function atRest(installation: Installation): readonly Problem[] {
  const { namespace } = installation.guard;
  const [deployment = {}] = listed(installation, 'askers');
  const name = operand(`deployment/${askerName(installation.guard)}`);
  if (replicasOf(deployment) === 0) {
    const scale: Fix = [kubectl(namespace, 'scale', name, '--replicas=1')];
    return [problem(installation, 'it has 0 replicas: nobody asks.', scale)];
  }
  const status = at(deployment, 'status');
  // Manifests have none, and a cluster has one once a controller has looked at it.
  if (!hasFields(status) || (optionalInteger(at(status, 'availableReplicas')) ?? 0) > 0) return [];
  const look: Fix = [
    kubectl(namespace, 'describe', name),
    '; ',
    kubectl(namespace, 'logs', name, '--all-pods', '--tail=50'),
  ];
  return [problem(installation, 'none of its Pods runs: nobody asks.', look)];
}

function storeProblems(installation: Installation): readonly Problem[] {
  const { guard, nowMs, origin } = installation;
  const { namespace } = guard;
  const subject = `ConfigMap/${namespace}/${LEARNED_CONFIG_MAP}`;
  const [raw] = listed(installation, 'learned');
  if (raw === undefined) {
    const message = `it is not ${origin === 'cluster' ? 'there' : 'among the manifests'}, and the asker may not make it: nothing is learned.`;
    return [problem(installation, message, REAPPLY, subject)];
  }
  const labels = stringMapOf(at(raw, 'metadata', 'labels'));
  const store = { data: stringMapOf(at(raw, 'data')), metadata: { labels } };
  const anew: Fix = joinFixes([kubectl(namespace, 'delete', 'configmap', LEARNED_CONFIG_MAP)], '; then ', REAPPLY);
  const foreign = whyForeign(store);
  if (foreign !== undefined)
    return [problem(installation, `${foreign}: it is somebody else's, and nobody is asked.`, anew, subject)];
  const { learned, fault } = readStore(store);
  if (fault !== undefined) return [problem(installation, `${fault}: the guard does not read that.`, anew, subject)];
  const { newestAtMs } = numbersOf(learned);
  if (newestAtMs === undefined || nowMs - newestAtMs < QUIET_MS) return [];
  const day = new Date(newestAtMs).toISOString().slice(0, 10);
  const logs = kubectl(namespace, 'logs', operand(`deployment/${askerName(guard)}`), '--all-pods', '--tail=50');
  const message = `nothing was learned or confirmed since ${day}, and the asker asks again each day.`;
  return [problem(installation, message, [logs], subject)];
}
