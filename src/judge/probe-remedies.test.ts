import { expect, it } from 'vitest';
import { fakeApps } from '../../test/support/fake-apps.ts';
import { backendConfig, deployment, ingress, type RawObject, service } from '../../test/support/objects.ts';
import { planOf } from '../../test/support/plan-of.ts';
import { emptySnapshot } from '../snapshot/snapshot.ts';
import { renderFix } from './fix.ts';
import { askAsProbe } from './probe-remedies.ts';

const NEG = '{"ingress": true}';
const NAMED = { 'cloud.google.com/backend-config': '{"default": "web"}' };
const GCE = ingress({ class: 'gce' });
const AT = 'spec.template.spec.containers[0]';
const PROBE = `${AT}.readinessProbe`;
const IN_ANY_CONFIG = 'set spec.healthCheck in a BackendConfig';

const asking = (httpGet: RawObject, container: RawObject = {}): RawObject =>
  probing({ httpGet: { path: '/healthz', port: 8080, ...httpGet } }, container);
const probing = (readinessProbe: RawObject, container: RawObject = {}): RawObject =>
  deployment({ container: { readinessProbe, ...container } });
const header = (...names: readonly string[]): RawObject => ({
  httpHeaders: names.map((name) => ({ name, value: 'shop.example.com' })),
});

/** What is said of the first probe that is passed over. */
function fixFor(...objects: readonly RawObject[]): string {
  const plan = planOf(objects);
  const fault = plan.faults.find(({ condition }) => condition === 'C46');
  if (fault?.condition !== 'C46') throw new TypeError('no probe is passed over');
  return renderFix(
    askAsProbe(fault.ignored, fault.backend, { plan, apps: fakeApps({}), snapshot: emptySnapshot() }),
    fault.owner,
  ).text;
}

it.each<[string, RawObject, RawObject, string]>([
  [
    'no httpGet',
    probing({ tcpSocket: { port: 8080 } }),
    service({ neg: NEG }),
    'Make it an httpGet probe on port 8080',
  ],
  ['another host', asking({ host: 'example.com' }), service({ neg: NEG }), `Remove ${PROBE}.httpGet.host`],
  [
    'another host, and another port',
    asking({ host: 'example.com', port: 9090 }),
    service({ neg: NEG }),
    'Let the probe ask port 8080 of the Pod, without httpGet.host',
  ],
  [
    'host in small letters',
    asking(header('host')),
    service({ neg: NEG }),
    `Set ${PROBE}.httpGet.httpHeaders[0].name: Host`,
  ],
  ['another header', asking(header('X-Forwarded-Proto')), service({ neg: NEG }), 'Send at most one header, named Host'],
  ['Host twice', asking(header('Host', 'Host')), service({ neg: NEG }), `Remove ${PROBE}.httpGet.httpHeaders[1]`],
  [
    'Host three times',
    asking(header('Host', 'Host', 'Host')),
    service({ neg: NEG }),
    'Send at most one header, named Host',
  ],
  ['another port', asking({ port: 9090 }), service({ neg: NEG }), 'Let the probe ask port 8080'],
  [
    'a port that is not declared',
    asking({}, { ports: [] }),
    service({ neg: NEG }),
    `Add { containerPort: 8080 } to ${AT}.ports`,
  ],
  [
    'a port that is not declared by its name',
    asking({}, { ports: [] }),
    service({ neg: NEG, ports: [{ port: 80, targetPort: 'web' }] }),
    `Add { name: web, containerPort: 8080 } to ${AT}.ports`,
  ],
  [
    'a port that is declared by another name',
    asking({}, { ports: [{ name: 'http', containerPort: 8080 }] }),
    service({ neg: NEG, ports: [{ port: 80, targetPort: 'web' }] }),
    'Declare port "web" in the container, and let the probe ask it',
  ],
  [
    'another port, and the served one is not declared',
    asking({ port: 9090 }, { ports: [] }),
    service({ neg: NEG }),
    'Declare port 8080 in the container, and let the probe ask it',
  ],
  [
    'the one port that is declared, and asked, is not the served one',
    asking({ port: 9090 }, { ports: [{ name: 'http', containerPort: 9090 }] }),
    service({ neg: NEG }),
    'Declare port 8080 in the container, and let the probe ask it, or set spec.ports[0].targetPort: http in Service "web"',
  ],
  [
    'several ports are declared, and not the served one',
    asking({ port: 9090 }, { ports: [{ containerPort: 9090 }, { containerPort: 9091 }] }),
    service({ neg: NEG }),
    'Declare port 8080 in the container, and let the probe ask it, or let Service "web" name a declared port',
  ],
  [
    'a health check that Google would refuse if the probe were adopted',
    probing({ httpGet: { path: '/', port: 8080, host: 'example.com' }, periodSeconds: 5, timeoutSeconds: 9 }),
    service({ neg: NEG }),
    'Let the probe ask port 8080 of the Pod, without httpGet.host',
  ],
  [
    'another scheme',
    asking({ scheme: 'HTTPS' }),
    service({ neg: NEG }),
    'Let its scheme and app-protocols of the Service agree',
  ],
])('changes the probe: %s', (_, workload, web, expected) => {
  expect(fixFor(GCE, web, workload)).toBe(`${expected}, or ${IN_ANY_CONFIG}`);
});

it.each<[string, RawObject, RawObject, string]>([
  [
    'another port of the Pod',
    asking({ port: 9090, path: 'ready' }),
    service({ neg: NEG, annotations: NAMED }),
    'set requestPath: /ready and port: 9090 in spec.healthCheck of BackendConfig "web"',
  ],
  [
    'another port, behind an instance group',
    asking({ port: 9090 }),
    service({ type: 'NodePort', annotations: NAMED }),
    'give Service "web" a port that leads to 9090, and set its node port in a BackendConfig',
  ],
  [
    'another port, behind an instance group whose nodes lead to it',
    asking({ port: 9090, path: 'ready' }),
    service({
      type: 'NodePort',
      annotations: NAMED,
      ports: [
        { name: 'http', port: 80, targetPort: 8080, nodePort: 30080 },
        { name: 'admin', port: 90, targetPort: 9090, nodePort: 30090 },
      ],
    }),
    'set requestPath: /ready and port: 30090 in spec.healthCheck of BackendConfig "web"',
  ],
  [
    'a port by a name that is not declared',
    asking({ port: 'admin' }),
    service({ neg: NEG, annotations: NAMED }),
    IN_ANY_CONFIG,
  ],
  [
    'another scheme',
    asking({ scheme: 'HTTPS' }),
    service({ neg: NEG, annotations: NAMED }),
    'set requestPath: /healthz and type: HTTPS in spec.healthCheck of BackendConfig "web"',
  ],
  ['a header', asking(header('X-Forwarded-Proto')), service({ neg: NEG, annotations: NAMED }), IN_ANY_CONFIG],
])('says the same in the BackendConfig: %s', (_, workload, web, expected) => {
  expect(fixFor(GCE, web, workload, backendConfig()).split(', or ').at(-1)).toBe(expected);
});

it('leaves the probe alone once the health check is made', () => {
  const served = ingress({ class: 'gce', address: '203.0.113.7' });
  expect(fixFor(served, service({ neg: NEG }), asking({ host: 'example.com' }))).toBe(
    'Set spec.healthCheck in a BackendConfig',
  );
});
