import { expect, it } from 'vitest';
import { checkWith } from '../../test/support/arrivals.ts';
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

it('tells an Ingress that comes last of the fault of its Service, and refuses it', () => {
  const answers = checkWith([BAD_SERVICE, INGRESS], ADD_ON_ON);
  expect(answers.map(({ allowed }) => allowed)).toEqual([true, false]);
  expect(answers[1]?.message).toContain('Service/argocd/argocd-server: ');
  expect(answers[1]?.message).toContain('(Since Ingress/argocd/argocd comes.)');
});

it('tells an Ingress that comes last of the app behind it that redirects', () => {
  const [, , last] = checkWith([SERVER, SERVICE, INGRESS], ADD_ON_ON);
  expect(last).toEqual({
    allowed: true,
    message: '',
    warnings: [
      'Deployment/argocd/argocd-server: behind Ingress "argocd" Google\'s check GET /healthz gets 307 from Argo CD server, not 200: UNHEALTHY. Set --insecure, or server.insecure: "true" in ConfigMap argocd-cmd-params-cm. [probe-redirects-to-https]',
    ],
    rules: [
      'probe-redirects-to-https of Deployment/argocd/argocd-server',
      'neg-rollout-unprotected of Deployment/argocd/argocd-server',
    ],
  });
});

it('never refuses a Service for what is wrong with an Ingress that is there already', () => {
  const answers = checkWith([INGRESS, BAD_SERVICE], ADD_ON_ON);
  expect(answers[0]?.allowed).toBe(true);
  expect(answers[1]?.message.startsWith('Service/argocd/argocd-server: ')).toBe(true);
});

it('says nothing of neighbours whose findings do not change', () => {
  const again = checkWith([SERVER, SERVICE, INGRESS, INGRESS], ADD_ON_ON, { knowledge: 'nothing' }).at(-1);
  expect(again?.rules).toEqual([]);
});
