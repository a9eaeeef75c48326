import { describe, expect, it } from 'vitest';
import { factsOf } from '../../test/support/facts.ts';
import { backendConfig, deployment, ingress, type RawObject, service } from '../../test/support/objects.ts';
import { backendOf, planOf } from '../../test/support/plan-of.ts';
import type { HealthCheck, HealthCheckPlan, HealthCheckReason } from './health-check.ts';

const THC = factsOf({ controller: { enableTransparentHealthChecks: true, enableIngressRegionalExternal: true } });

function checkOf(
  className: string,
  options: Parameters<typeof service>[0],
  ...more: readonly RawObject[]
): Partial<HealthCheck> {
  return backendOf([ingress({ class: className }), service(options), ...more], THC).healthCheck?.check ?? {};
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

/** ingress-gce pkg/translator/healthchecks.go, the defaults; pkg/healthchecks/healthchecks.go, probe and BackendConfig. */
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

describe('the reason of the health check', () => {
  const planned = (...objects: readonly RawObject[]): HealthCheckPlan | undefined =>
    backendOf([ingress({ class: 'gce' }), ...objects], THC).healthCheck;
  const reasonOf = (...objects: readonly RawObject[]): HealthCheckReason | undefined => planned(...objects)?.reason;
  const idle = deployment({ spec: { replicas: 0 } });
  const namesOf = (objects: readonly { readonly metadata: { readonly name: string } }[]): readonly string[] =>
    objects.map(({ metadata }) => metadata.name);

  it('is that of the node for a transparent check', () => {
    expect(reasonOf(service({ ...NEG, annotations: OPT_IN }))).toEqual({ why: 'transparent' });
  });

  it('is the adopted probe, with the workloads that would give another check', () => {
    const other = deployment({ name: 'x', container: { readinessProbe: { httpGet: { path: '/other', port: 8080 } } } });
    const reason = reasonOf(service(NEG), PROBED, other);
    if (reason?.why !== 'adopted') throw new TypeError('no probe is adopted');
    expect([reason.probe.workload.metadata.name, reason.probe.container.name]).toEqual(['web', 'web']);
    expect(namesOf(reason.disagreeing)).toEqual(['x']);
  });

  it('is the first probe that is passed over', () => {
    const reason = reasonOf(service(NEG), deployment({ container: { readinessProbe: { tcpSocket: { port: 8080 } } } }));
    expect(reason).toMatchObject({ why: 'ignored', probe: { because: { why: 'handler', handler: 'tcpSocket' } } });
  });

  it('is that there is no Pod, none that runs, or no probe', () => {
    expect(reasonOf(service(NEG))).toEqual({ why: 'no-pod' });
    expect(reasonOf(service(NEG), idle)).toMatchObject({
      why: 'no-replicas',
      workloads: [{ metadata: { name: 'web' } }],
    });
    expect(reasonOf(service(NEG), deployment())).toMatchObject({
      why: 'no-probe',
      workloads: [{ metadata: { name: 'web' } }],
    });
  });

  it('says what a BackendConfig sets of it, and is not certain where that is not known', () => {
    const web = service({ ...NEG, annotations: CONFIG });
    const configured = planned(web, PROBED, backendConfig({ spec: { healthCheck: { port: 9, timeoutSec: 5 } } }));
    expect(configured).toMatchObject({ reason: { why: 'adopted' }, isCertain: true });
    expect(configured?.configured?.config.metadata.name).toBe('web');
    expect(configured?.configured?.fields.toSorted()).toEqual(['port', 'timeoutSec']);
    expect(planned(web, PROBED)).toMatchObject({ configured: undefined, isCertain: false });
  });
});

describe('faults of the health check', () => {
  const faultsIn = (objects: readonly RawObject[], facts = THC, front = ingress({ class: 'gce' })) =>
    planOf([front, ...objects], facts).faults.map(({ condition, owner, path, isCertain, restsOn }) => ({
      fault: `${condition} ${owner.kind}/${owner.name} ${path.join('.')}`,
      isCertain,
      ...(restsOn === undefined ? {} : { restsOn }),
    }));
  const timing = (spec: RawObject): RawObject => backendConfig({ spec: { healthCheck: spec } });
  const slow = (fields: RawObject = {}): RawObject =>
    deployment({ container: { readinessProbe: { httpGet: { port: 8080 }, timeoutSeconds: 11, ...fields } } });
  const web = service({ ...NEG, annotations: CONFIG });
  const TCP = deployment({ container: { readinessProbe: { tcpSocket: { port: 8080 } } } });
  const C40 = 'C40 Service/web metadata.annotations.networking.gke.io/transparent-health-checker';
  const C46 = 'C46 Deployment/web spec.template.spec.containers.0.readinessProbe';
  const certain = (fault: string) => [{ fault, isCertain: true }];
  const possible = (fault: string) => [{ fault, isCertain: false }];
  const onTimeout = 'C48 BackendConfig/web spec.healthCheck.timeoutSec';
  const onInterval = 'C48 BackendConfig/web spec.healthCheck.checkIntervalSec';
  const onProbe = 'C48 Deployment/web spec.template.spec.containers.0.readinessProbe.timeoutSeconds';
  const ASSUMED = { isCertain: false, restsOn: 'enableTransparentHealthChecks' };

  it.each([
    [
      'an assumed flag stands against transparent checks',
      [service({ ...NEG, annotations: OPT_IN })],
      factsOf(),
      [{ fault: C40, ...ASSUMED }],
    ],
    [
      'a given flag stands against them',
      [service({ ...NEG, annotations: OPT_IN })],
      factsOf({ controller: { enableTransparentHealthChecks: false } }),
      certain(C40),
    ],
    [
      'so does an instance group, whatever the flag',
      [service({ ...IG, annotations: OPT_IN })],
      factsOf(),
      certain(C40),
    ],
    [
      'so does a BackendConfig',
      [service({ ...NEG, annotations: { ...OPT_IN, ...CONFIG } }), timing({})],
      THC,
      certain(C40),
    ],
    ['a timeout above the interval of the probe', [web, PROBED, timing({ timeoutSec: 11 })], THC, certain(onTimeout)],
    ['an equal timeout', [web, PROBED, timing({ timeoutSec: 10 })], THC, []],
    [
      'an interval below the default timeout: a probe may come yet',
      [web, timing({ checkIntervalSec: 14 })],
      THC,
      possible(onInterval),
    ],
    [
      'both from a BackendConfig, whatever comes',
      [web, timing({ checkIntervalSec: 20, timeoutSec: 30 })],
      THC,
      certain(onTimeout),
    ],
    ['a slow probe of a NEG', [service(NEG), slow()], THC, certain(onProbe)],
    ['a slow probe of an instance group has 60 s more', [service(IG), slow()], THC, []],
    [
      'a slow probe where transparent checks are asked for, and the flag is not given',
      [service({ ...NEG, annotations: OPT_IN }), slow()],
      factsOf(),
      [
        { fault: C40, ...ASSUMED },
        { fault: onProbe, ...ASSUMED },
      ],
    ],
    ['no probe at all is none', [service(NEG), deployment()], THC, []],
    ['an unused probe', [service(NEG), TCP], THC, certain(C46)],
    ['an unused probe where the BackendConfig sets no path', [web, TCP, timing({ port: 9 })], THC, certain(C46)],
    ['an unused probe where the BackendConfig sets the path', [web, TCP, timing({ requestPath: '/' })], THC, []],
    [
      'an unused probe beside the one of another workload that is adopted',
      [service(NEG), TCP, deployment({ name: 'a', container: { readinessProbe: { httpGet: { port: 8080 } } } })],
      THC,
      certain(C46),
    ],
    [
      'the probe of a workload that is adopted neither, but would be',
      [service(NEG), PROBED, deployment({ name: 'x', container: { readinessProbe: { httpGet: { port: 8080 } } } })],
      THC,
      [],
    ],
    ['an unused probe behind an empty selector', [service({ ...NEG, spec: { selector: {} } }), TCP], THC, []],
  ])('%s', (_name, objects, facts, expected) => {
    expect(faultsIn(objects, facts)).toEqual(expected);
  });

  it('are possible where a probe set the numbers and the check is there already', () => {
    const served = ingress({ class: 'gce', address: '203.0.113.7' });
    expect(faultsIn([service(NEG), slow()], THC, served)).toEqual(possible(onProbe));
    expect(faultsIn([web, PROBED, timing({ timeoutSec: 11 })], THC, served)).toEqual(possible(onTimeout));
    expect(faultsIn([web, PROBED, timing({ checkIntervalSec: 5, timeoutSec: 6 })], THC, served)).toEqual(
      certain(onTimeout),
    );
  });

  it('say why transparent checks are off, the obstacle beside the flag first', () => {
    const why = (...objects: readonly RawObject[]): readonly unknown[] =>
      planOf([ingress({ class: 'gce' }), ...objects], factsOf()).faults.flatMap((fault) =>
        fault.condition === 'C40' ? [fault.why] : [],
      );
    expect(why(service({ ...IG, annotations: { ...OPT_IN, ...CONFIG } }), timing({}))).toEqual(['backend-config']);
    expect(why(service({ ...IG, annotations: OPT_IN }))).toEqual(['no-neg']);
    expect(why(service({ ...NEG, annotations: OPT_IN }))).toEqual(['flag']);
  });

  it('say where a timeout and an interval come from', () => {
    const sources = (...objects: readonly RawObject[]): readonly unknown[] =>
      planOf([ingress({ class: 'gce' }), ...objects], THC).faults.flatMap((fault) =>
        fault.condition === 'C48' ? [fault.timeoutSec, fault.timeoutFrom, fault.intervalSec, fault.intervalFrom] : [],
      );
    expect(sources(web, PROBED, timing({ timeoutSec: 11 }))).toEqual([11, 'backendConfig', 10, 'probe']);
    expect(sources(web, timing({ checkIntervalSec: 7 }))).toEqual([15, 'default', 7, 'backendConfig']);
    expect(sources(service({ ...IG, annotations: CONFIG }), timing({ checkIntervalSec: 7 }))).toEqual([
      60,
      'default',
      7,
      'backendConfig',
    ]);
    expect(sources(service(NEG), slow())).toEqual([11, 'probe', 10, 'probe']);
  });
});
