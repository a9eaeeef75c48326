import { describe, expect, it } from 'vitest';
import { parsed } from '../../test/support/corridor.ts';
import { deployment, type RawObject } from '../../test/support/objects.ts';
import type { Workload } from '../kubernetes/objects.ts';
import type { Candidate } from './candidates.ts';
import { parseClusterPod } from './cluster-pod.ts';
import { learnedFromKubelet, readProbeWarning } from './probe-warnings.ts';

const AT = '2026-11-28T10:00:00Z';
const EVENT = {
  reason: 'ProbeWarning',
  involvedObject: { kind: 'Pod', uid: 'u', fieldPath: 'spec.containers{web}' },
  message: 'Readiness probe warning: Probe terminated redirects, Response body: x',
};

function candidateOf(
  httpGet: RawObject = {},
  path = '/healthz',
  host = '',
  protocol: 'HTTP' | 'HTTPS' | 'HTTP2' = 'HTTP',
): Candidate {
  const probe = { httpGet: { path: '/healthz', port: 8080, ...httpGet } };
  const workload = parsed(deployment({ container: { readinessProbe: probe } })) as Workload;
  const [container] = workload.containers;
  const pod = parseClusterPod({ metadata: { name: 'web-0', namespace: 'shop', uid: 'u' } });
  if (container === undefined || pod === undefined) throw new TypeError('both are there');
  const question = { protocol, port: 8080, path, host: '10.8.1.17', timeoutSec: 1 };
  const known = {
    image: 'web:1',
    digest: '',
    settings: '',
    configMaps: [],
    protocol,
    port: 8080,
    host,
    path,
    namespace: 'shop',
  };
  return { pod, workload, container, question, known };
}

const warnings = new Set([EVENT].flatMap((event) => readProbeWarning(event) ?? []));
const learn = (candidate: Candidate) => learnedFromKubelet(candidate, warnings, AT);

describe('a warning of a kubelet', () => {
  it('is that of a readiness probe that was redirected, and no other Event', () => {
    expect(warnings.size).toBe(1);
    const others = [
      { ...EVENT, reason: 'Unhealthy' },
      { ...EVENT, message: 'Liveness probe warning: Probe terminated redirects, Response body: x' },
      { ...EVENT, involvedObject: { ...EVENT.involvedObject, kind: 'Node' } },
      { ...EVENT, involvedObject: { ...EVENT.involvedObject, fieldPath: 'spec.initContainers{web}' } },
      {},
      null,
    ];
    expect(others.map(readProbeWarning)).toEqual(others.map(() => undefined));
  });

  it('says of Google’s check that it does not get 200, where that is the same request', () => {
    expect(learn(candidateOf())).toMatchObject({
      status: 0,
      source: 'kubelet',
      redirectsTo: 'otherHost',
      path: '/healthz',
    });
  });

  it('says it of a check over TLS too', () => {
    expect(learn(candidateOf({ scheme: 'HTTPS' }, '/healthz', '', 'HTTPS'))).toMatchObject({
      protocol: 'HTTPS',
      status: 0,
    });
  });

  it.each([
    ['another path', candidateOf({}, '/other')],
    ['another port', candidateOf({ port: 9090 })],
    ['HTTPS', candidateOf({ scheme: 'HTTPS' })],
    ['plain HTTP, and Google over TLS', candidateOf({}, '/healthz', '', 'HTTPS')],
    ['HTTPS, and Google HTTP/2', candidateOf({ scheme: 'HTTPS' }, '/healthz', '', 'HTTP2')],
    ['another host', candidateOf({ host: 'shop.example.com' })],
    ['a header', candidateOf({ httpHeaders: [{ name: 'X-Forwarded-Proto', value: 'https' }] })],
  ])('says nothing of it where the probe asks %s', (_, candidate) => expect(learn(candidate)).toBeUndefined());
});
