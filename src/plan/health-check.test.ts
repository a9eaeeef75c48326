import { describe, expect, it } from 'vitest';
import { factsOf } from '../../test/support/facts.ts';
import { backendConfig, deployment, ingress, type RawObject, service } from '../../test/support/objects.ts';
import { backendOf, planOf } from '../../test/support/plan-of.ts';
import type { HealthCheck } from './health-check.ts';

const THC = factsOf({ controller: { enableTransparentHealthChecks: true, enableIngressRegionalExternal: true } });

function checkOf(
  className: string,
  options: Parameters<typeof service>[0],
  ...more: readonly RawObject[]
): Partial<HealthCheck> {
  const { check } = backendOf([ingress({ class: className }), service(options), ...more], THC).healthCheck ?? {};
  const { reason: _reason, ...rest } = check ?? {};
  return rest;
}

const PROBED = deployment({ container: { readinessProbe: { httpGet: { path: '/healthz', port: 8080 } } } });
const SLOW = deployment({
  container: { readinessProbe: { httpGet: { port: 8080 }, periodSeconds: 30, timeoutSeconds: 4 } },
});
const NEG = { neg: '{"ingress": true}' };
const IG = { type: 'NodePort' };
const CONFIG = { 'cloud.google.com/backend-config': '{"default": "web"}' };
const OPT_IN = { 'networking.gke.io/transparent-health-checker': '{"enabled": true}' };

const plain = { protocol: 'HTTP', path: '/', host: '', port: null };
const negDefault = { ...plain, intervalSec: 15, timeoutSec: 15, healthyThreshold: 1, unhealthyThreshold: 2 };
const igDefault = { ...plain, intervalSec: 60, timeoutSec: 60, healthyThreshold: 1, unhealthyThreshold: 10 };

/** Facts §4.3, the table of values. */
describe('the health check', () => {
  it.each([
    ['of a NEG by default', 'gce', NEG, [], { source: 'default', ...negDefault }],
    ['of an instance group by default', 'gce', IG, [], { source: 'default', ...igDefault }],
    ['of a forced NEG by default', 'gce-internal', IG, [], { source: 'default', ...negDefault }],
    ['of the regional class by default', 'gce-regional-external', NEG, [], { source: 'default', ...negDefault }],
    [
      'of a NEG from a probe with the defaults of the API server',
      'gce',
      NEG,
      [PROBED],
      { source: 'readinessProbe', ...negDefault, path: '/healthz', intervalSec: 10, timeoutSec: 1 },
    ],
    [
      'of an instance group from a probe: 60 s more',
      'gce',
      IG,
      [PROBED],
      { source: 'readinessProbe', ...igDefault, path: '/healthz', intervalSec: 70, timeoutSec: 1 },
    ],
    [
      'from a probe without path',
      'gce',
      NEG,
      [SLOW],
      { source: 'readinessProbe', ...negDefault, intervalSec: 30, timeoutSec: 4 },
    ],
  ])('%s', (_name, className, options, objects, expected) => {
    expect(checkOf(className, options, ...objects)).toEqual(expected);
  });

  it('takes a leading slash and the Host header from the probe', () => {
    const web = deployment({
      container: {
        readinessProbe: { httpGet: { path: 'ready', port: 8080, httpHeaders: [{ name: 'Host', value: 'h.example' }] } },
      },
    });
    expect(checkOf('gce', NEG, web)).toMatchObject({ path: '/ready', host: 'h.example' });
  });

  it('is laid over field by field by a BackendConfig, whose path gets no slash', () => {
    const config = backendConfig({
      spec: { healthCheck: { requestPath: 'live', port: 15020, unhealthyThreshold: 5, type: 'HTTP2' } },
    });
    expect(checkOf('gce', { ...NEG, annotations: CONFIG }, PROBED, config)).toEqual({
      source: 'backendConfig',
      protocol: 'HTTP2',
      path: 'live',
      host: '',
      port: 15020,
      intervalSec: 10,
      timeoutSec: 1,
      healthyThreshold: 1,
      unhealthyThreshold: 5,
    });
  });

  it('has another source only where a BackendConfig sets a field', () => {
    const empty = backendConfig({ spec: { healthCheck: {} } });
    expect(checkOf('gce', { ...NEG, annotations: CONFIG }, PROBED, empty)).toMatchObject({ source: 'readinessProbe' });
  });
});

/** Facts §3.5 */
describe('the transparent health check', () => {
  const transparent = {
    source: 'transparent',
    ...plain,
    path: '/api/podhealth',
    port: 7877,
    intervalSec: 5,
    timeoutSec: 5,
    healthyThreshold: 1,
    unhealthyThreshold: 10,
  };

  it('ignores the probe and the protocol', () => {
    const annotations = { ...OPT_IN, 'cloud.google.com/app-protocols': '{"http": "HTTPS"}' };
    expect(checkOf('gce', { ...NEG, annotations }, PROBED)).toEqual(transparent);
  });

  it('gives way to a BackendConfig with a healthCheck, be it empty', () => {
    const annotations = { ...OPT_IN, ...CONFIG };
    expect(checkOf('gce', { ...NEG, annotations }, PROBED, backendConfig({ spec: { healthCheck: {} } }))).toMatchObject(
      { source: 'readinessProbe' },
    );
    expect(checkOf('gce', { ...NEG, annotations }, PROBED, backendConfig({ spec: { timeoutSec: 60 } }))).toEqual(
      transparent,
    );
  });

  it.each([
    ['needs a NEG', { ...IG, annotations: OPT_IN }],
    [
      'is off for text that Go does not decode',
      { ...NEG, annotations: { 'networking.gke.io/transparent-health-checker': 'true' } },
    ],
  ])('%s', (_name, options) => {
    expect(checkOf('gce', options, PROBED)).toMatchObject({ source: 'readinessProbe' });
  });
});

describe('problems of the health check', () => {
  const conditions = (objects: readonly RawObject[], facts = THC) =>
    planOf([ingress({ class: 'gce' }), ...objects], facts).problems.map(({ condition, restsOn }) => [
      condition,
      restsOn,
    ]);
  const timing = (spec: RawObject): RawObject => backendConfig({ spec: { healthCheck: spec } });
  const web = service({ ...NEG, annotations: CONFIG });

  it.each([
    [
      'an assumed flag stands against transparent checks',
      [service({ ...NEG, annotations: OPT_IN })],
      factsOf(),
      [['C40', 'enableTransparentHealthChecks']],
    ],
    [
      'a given flag stands against them',
      [service({ ...NEG, annotations: OPT_IN })],
      factsOf({ controller: { enableTransparentHealthChecks: false } }),
      [['C40', undefined]],
    ],
    [
      'so does an instance group, whatever the flag',
      [service({ ...IG, annotations: OPT_IN })],
      factsOf(),
      [['C40', undefined]],
    ],
    [
      'so does a BackendConfig',
      [service({ ...NEG, annotations: { ...OPT_IN, ...CONFIG } }), timing({})],
      THC,
      [['C40', undefined]],
    ],
    ['a timeout above the interval', [web, PROBED, timing({ timeoutSec: 11 })], THC, [['C48', undefined]]],
    ['an equal timeout', [web, PROBED, timing({ timeoutSec: 10 })], THC, []],
    ['an interval below the default timeout', [web, timing({ checkIntervalSec: 14 })], THC, [['C48', undefined]]],
    [
      'a slow probe of a NEG',
      [service(NEG), deployment({ container: { readinessProbe: { httpGet: { port: 8080 }, timeoutSeconds: 11 } } })],
      THC,
      [['C48', undefined]],
    ],
    [
      'a slow probe of an instance group has 60 s more',
      [service(IG), deployment({ container: { readinessProbe: { httpGet: { port: 8080 }, timeoutSeconds: 11 } } })],
      THC,
      [],
    ],
    ['no probe at all is none', [service(NEG), deployment()], THC, []],
    [
      'an unused probe',
      [service(NEG), deployment({ container: { readinessProbe: { tcpSocket: { port: 8080 } } } })],
      THC,
      [['C46', undefined]],
    ],
    [
      'an unused probe where the BackendConfig sets no path',
      [web, deployment({ container: { readinessProbe: { tcpSocket: { port: 8080 } } } }), timing({ port: 9 })],
      THC,
      [['C46', undefined]],
    ],
    [
      'an unused probe where the BackendConfig sets the path',
      [web, deployment({ container: { readinessProbe: { tcpSocket: { port: 8080 } } } }), timing({ requestPath: '/' })],
      THC,
      [],
    ],
  ])('%s', (_name, objects, facts, expected) => {
    expect(conditions(objects, facts)).toEqual(expected);
  });
});
