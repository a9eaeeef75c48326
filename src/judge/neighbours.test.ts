import { expect, it } from 'vitest';
import { checkWith } from '../../test/support/arrivals.ts';
import { policyOf } from '../../test/support/corridor.ts';
import { ADD_ON_ON } from '../../test/support/facts.ts';
import { argocdServer, ingress, service } from '../../test/support/objects.ts';

const labels = { app: 'web' };
const SERVICE = service({
  namespace: 'argocd',
  name: 'argocd-server',
  neg: '{"ingress": true}',
  spec: { selector: labels },
});
const BAD_SERVICE = service({ namespace: 'argocd', name: 'argocd-server', neg: '{ingress: true}' });
const INGRESS = ingress({ namespace: 'argocd', name: 'argocd', class: 'gce', service: 'argocd-server' });
const SERVER = argocdServer();
const ENFORCING = policyOf({ modes: { 'cluster-ip-without-neg': 'enforce' } });

it('tells an Ingress that comes last of the fault of its Service, and lets it pass: the fault is not its own', () => {
  const answers = checkWith([BAD_SERVICE, INGRESS], ADD_ON_ON);
  expect(answers.map(({ allowed }) => allowed)).toEqual([true, true]);
  expect(answers[1]?.warnings[0]).toContain('Service/argocd/argocd-server: ');
  expect(answers[1]?.rules).toContain('neg-annotation-invalid of Service/argocd/argocd-server');
});

it('refuses a Service whose own fault a stored Ingress makes certain', () => {
  const answers = checkWith([INGRESS, BAD_SERVICE], ADD_ON_ON);
  expect(answers.map(({ allowed }) => allowed)).toEqual([true, false]);
  expect(answers[1]?.message.startsWith('Service/argocd/argocd-server: ')).toBe(true);
});

it('lets a commit pass that corrects a Service and adds the Ingress, in both orders of its dry run', () => {
  const off = service({ namespace: 'argocd', name: 'argocd-server', neg: '{"ingress": false}' });
  const good = service({ namespace: 'argocd', name: 'argocd-server', neg: '{"ingress": true}' });
  for (const commit of [
    [good, INGRESS],
    [INGRESS, good],
  ]) {
    const [, ...answers] = checkWith([off, ...commit], ADD_ON_ON, { policy: ENFORCING });
    expect(answers.map(({ allowed }) => allowed)).toEqual([true, true]);
  }
});

it('tells an Ingress that comes last of the app behind it that redirects', () => {
  const [, , last] = checkWith([SERVER, SERVICE, INGRESS], ADD_ON_ON);
  expect(last).toEqual({
    allowed: true,
    message: '',
    warnings: [
      'Deployment/argocd/argocd-server: behind Ingress "argocd" Google\'s check GET /healthz gets 307 from Argo CD server, not 200: UNHEALTHY [probe-redirects-to-https]. Fix: Set --insecure, or server.insecure: "true" in ConfigMap argocd-cmd-params-cm',
    ],
    rules: [
      'probe-redirects-to-https of Deployment/argocd/argocd-server',
      'neg-rollout-unprotected of Deployment/argocd/argocd-server',
    ],
  });
});

it('says nothing of neighbours whose findings do not change', () => {
  const again = checkWith([SERVER, SERVICE, INGRESS, INGRESS], ADD_ON_ON, { known: 'nothing' }).at(-1);
  expect(again?.rules).toEqual([]);
});
