import { describe, expect, it } from 'vitest';
import { fakeApps } from '../../test/support/fake-apps.ts';
import { deployment, type RawObject } from '../../test/support/objects.ts';
import type { Workload } from '../kubernetes/objects.ts';
import { parseObject } from '../kubernetes/parse.ts';
import type { AppAnswer, AppCatalogue } from '../plan/app.ts';
import { createSnapshot } from '../snapshot/snapshot.ts';
import type { AskedTarget } from './asked.ts';
import { withAsked } from './asked-apps.ts';
import { type Heard, type KubeletHeard, silence } from './heard.ts';
import { questionsOf, type RunningPod, targetsAlone } from './targets.ts';

const IP = '10.0.0.5';
const snapshot = createSnapshot([], 'nothing');
const nobody = fakeApps({});
const probe = (path = '/healthz'): RawObject => ({ readinessProbe: { httpGet: { path, port: 8080 } } });

function workloadOf(container: RawObject = probe()): Workload {
  return parseObject(deployment({ container })) as Workload;
}

function podOf(container: RawObject = probe(), name = 'web-0'): RunningPod {
  const base = { name: 'web', image: 'registry.example/web:1.0', ports: [{ containerPort: 8080 }] };
  const metadata = { name, namespace: 'shop', labels: { app: 'web', 'pod-template-hash': 'x' } };
  const raw = { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [{ ...base, ...container }] } };
  return { object: parseObject(raw) as Workload, address: IP, phase: 'Running', isReady: true, isLeaving: false };
}

const answer = (status: number, location?: string): Heard => ({ kind: 'answer', status, location, says: '' });

interface Given {
  readonly pods?: readonly (readonly [RunningPod, Heard])[];
  readonly kubelet?: KubeletHeard;
  readonly instead?: Heard;
}

/** Of a Deployment that was asked so, what the catalogue then says of its check. */
function saidOf(base: AppCatalogue, given: Given, path = '/healthz', workload = workloadOf()): AppAnswer | undefined {
  const [target] = targetsAlone(workload);
  const [container] = workload.containers;
  if (target === undefined || container === undefined) throw new TypeError('it has no check');
  const asked = (given.pods ?? []).flatMap(([pod, heard]) => {
    const questions = questionsOf(target, pod);
    if (questions === undefined) throw new TypeError('it has no such port');
    return [{ pod, questions, google: [heard, heard] as const, kubelet: given.kubelet, instead: given.instead }];
  });
  const report: AskedTarget = { backend: undefined, target, asked, passed: [], leftOut: 0 };
  const apps = withAsked(base, [report], ({ redirectsToHttps }) =>
    redirectsToHttps ? 'Redirect elsewhere.' : 'Ask elsewhere.',
  );
  return apps.answerOf(workload, container, { port: 8080, path }, snapshot);
}

describe('what was heard', () => {
  it('is said of an app that nobody knows, with the fix of the rule', () => {
    expect(saidOf(nobody, { pods: [[podOf(), answer(307, `https://${IP}/healthz`)]] })).toEqual({
      app: '',
      name: 'container "web"',
      status: 307,
      redirectsToHttps: true,
      redirectsTo: 'sameHost',
      fix: 'Redirect elsewhere.',
      source: 'asked',
      unless: undefined,
    });
  });

  it('keeps name and fix of a known app that answers as expected', () => {
    const known = fakeApps({
      'registry.example/web:1.0': [{ name: 'Web', status: 301, redirectsToHttps: true, fix: 'Set X.' }],
    });
    const pods: Given['pods'] = [[podOf(), answer(301, 'https://shop.example.com/')]];
    expect(saidOf(known, { pods })).toMatchObject({
      name: 'Web',
      fix: 'Set X.',
      redirectsTo: 'otherHost',
      source: 'asked',
    });
    expect(saidOf(known, { pods: [[podOf(), answer(200)]] })).toMatchObject({ status: 200, name: 'container "web"' });
  });

  it('is a redirect to the same port where the kubelet got its 200 there', () => {
    const hops = [answer(307, `https://${IP}:8080/healthz`), answer(200)];
    const pods: Given['pods'] = [[podOf(), answer(307, `https://${IP}/healthz`)]];
    const kubelet = { hops, port: 8080, result: 'success' } as const;
    expect(saidOf(nobody, { pods, kubelet })?.redirectsTo).toBe('samePort');
    expect(saidOf(nobody, { pods, kubelet: { ...kubelet, port: 443 } })?.redirectsTo).toBe('sameHost');
    expect(
      saidOf(nobody, { pods, kubelet: { hops: hops.slice(0, 1), port: 8080, result: 'warning' } })?.redirectsTo,
    ).toBe('otherHost');
  });

  it('is of several Pods the worst', () => {
    const pods: Given['pods'] = [
      [podOf(), answer(200)],
      [podOf(probe(), 'web-1'), answer(503)],
    ];
    expect(saidOf(nobody, { pods })).toMatchObject({ status: 503, redirectsToHttps: false });
  });

  it('says nothing where the way was closed, or time ran out', () => {
    for (const why of ['refused', 'timeout', 'forbidden', 'forward'] as const) {
      expect(saidOf(nobody, { pods: [[podOf(), silence(why)]] }), why).toBeUndefined();
    }
  });

  it.each(['HTTPS', 'HTTP2'] as const)(
    'is over TLS said of a check over %s alone, where a redirect to HTTPS is any other',
    (protocol) => {
      const [alone] = targetsAlone(workloadOf());
      const [container] = workloadOf().containers;
      if (alone === undefined || container === undefined) throw new TypeError('it has a check');
      const target = { ...alone, protocol };
      const questions = questionsOf(target, podOf());
      if (questions === undefined) throw new TypeError('it has the port');
      const heard = answer(302, `https://${IP}:8080/login`);
      const one = { pod: podOf(), questions, google: [heard, heard] as const, kubelet: undefined, instead: undefined };
      const report: AskedTarget = { backend: undefined, target, asked: [one], passed: [], leftOut: 0 };
      const apps = withAsked(nobody, [report], () => 'Ask elsewhere.');
      const request = { port: 8080, path: '/healthz' };
      const said = apps.answerOf(workloadOf(), container, { ...request, protocol }, snapshot);
      expect(said).toMatchObject({ status: 302, redirectsToHttps: false, redirectsTo: 'sameHost' });
      expect(apps.answerOf(workloadOf(), container, request, snapshot)).toBeUndefined();
    },
  );

  it('says nothing of another path, nor of Pods that run something else', () => {
    expect(saidOf(nobody, { pods: [[podOf(), answer(503)]] }, '/other')).toBeUndefined();
    const old = podOf({ ...probe(), args: ['--old'] });
    expect(saidOf(nobody, { pods: [[old, answer(503)]] })).toBeUndefined();
  });
});

it('asks a Pod without a probe what GKE asks by itself, and nothing of what no port is known', () => {
  expect(targetsAlone(workloadOf({}))).toMatchObject([{ path: '/', port: 8080, timeoutSec: 15, host: '' }]);
  expect(targetsAlone(workloadOf({ ports: [] }))).toEqual([]);
});

it('writes an IPv6 address into the Host header as a URL has it', () => {
  const [target] = targetsAlone(workloadOf());
  const pod = { ...podOf(), address: 'fd00::5' };
  expect(target && questionsOf(target, pod)?.google.host).toBe('[fd00::5]');
});
