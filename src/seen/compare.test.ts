import { describe, expect, it } from 'vitest';
import { explainOnly } from '../../test/support/explain-file.ts';
import { ADD_ON_OFF, ADD_ON_ON } from '../../test/support/facts.ts';
import { deployment, ingress, type RawObject, secret, service } from '../../test/support/objects.ts';
import { type Facts, NO_FACTS } from '../facts/facts.ts';
import { type ObjectEvent, parseEvent } from '../kubernetes/event.ts';
import { compare } from './compare.ts';
import { type Difference, nextInWords } from './difference.ts';
import type { SeenIngress } from './seen.ts';

const NOW = Date.parse('2026-11-01T12:00:00Z');
const MINUTE = 60_000;
const NEG = { neg: '{"ingress": true}' };
const NEG_NAME = 'k8s1-0a1b2c3d-shop-web-80-deadbeef';
const WEB = [ingress({ class: 'gce' }), service(NEG), deployment()];

const NOTHING: SeenIngress = {
  finalizer: undefined,
  createdAt: '2026-11-01T11:00:00Z',
  addresses: [],
  resources: {},
  backends: [],
  negs: [],
  events: [],
  knowsEvents: true,
  hasSystemDefault: true,
  serverVersion: 'v1.33.4-gke.1036000',
};
const BUILT: SeenIngress = {
  ...NOTHING,
  finalizer: 'networking.gke.io/ingress-finalizer-V2',
  addresses: ['203.0.113.7'],
  resources: { 'url-map': 'k8s2-um-a', 'forwarding-rule': 'k8s2-fr-a' },
  backends: [{ name: NEG_NAME, health: 'HEALTHY' }],
  negs: [{ service: 'web', port: 80, name: NEG_NAME, zones: ['europe-west1-b'] }],
};

type Told = Omit<Difference, 'next'> & { readonly next: string };

function differences(
  seen: Partial<SeenIngress>,
  objects: readonly RawObject[] = WEB,
  { base = BUILT, facts = NO_FACTS }: { readonly base?: SeenIngress; readonly facts?: Facts } = {},
): readonly Told[] {
  const { plan, findings } = explainOnly(objects, facts);
  const found = compare({
    plan,
    findings: findings.map(({ finding }) => finding),
    seen: { ...base, ...seen },
    facts,
    nowMs: NOW,
  });
  return found.map((difference) => ({ ...difference, next: nextInWords(difference.next) }));
}

const ids = (...input: Parameters<typeof differences>): readonly string[] => differences(...input).map(({ id }) => id);

function warning(message: string, fields: Partial<ObjectEvent> = {}): ObjectEvent {
  const about = { kind: 'Ingress', namespace: 'shop', name: 'web', source: 'loadbalancer-controller' };
  return {
    ...parseEvent({}),
    ...about,
    type: 'Warning',
    reason: 'Translate',
    lastSeenMs: NOW - MINUTE,
    message,
    ...fields,
  };
}

it('finds nothing where GKE has built what the plan says', () => {
  expect(differences({})).toEqual([]);
});

describe('an Ingress that nobody has touched', () => {
  const untouched = (seen: Partial<SeenIngress>, facts: Facts = NO_FACTS): readonly Told[] =>
    differences(seen, WEB, { base: NOTHING, facts });

  it('may be too young', () => {
    expect(untouched({ createdAt: '2026-11-01T11:58:00Z' })).toMatchObject([
      { id: 'not-taken-yet', message: 'GKE has not touched it yet; it is 2 min old. Wait, and look again.' },
    ]);
  });

  it('most likely meets no controller, and says which command tells', () => {
    expect(untouched({}, { ...NO_FACTS, cluster: ADD_ON_ON.cluster })).toEqual([
      {
        id: 'never-taken',
        message:
          'GKE should serve it, but has never touched it: no finalizer, no address, no Event, and it is 60 min old. Nobody tells when the HTTP load balancing add-on is off: this is how it looks. Else the cluster is no GKE cluster or does not offer class "gce".',
        next: "gcloud container clusters describe prod --location=asia-northeast1 --project=my-project --format='value(addonsConfig.httpLoadBalancing.disabled)'",
        isPredicted: false,
        backend: undefined,
      },
    ]);
  });

  it('is almost certain of it where the default backend of the system is gone too, on a GKE server', () => {
    expect(untouched({ hasSystemDefault: false })).toMatchObject([
      { message: expect.stringContaining('is most likely off'), next: expect.stringContaining('--update-addons') },
    ]);
    expect(untouched({ hasSystemDefault: false, serverVersion: 'v1.37.2' })).toMatchObject([
      { message: expect.stringContaining("v1.37.2, which is not GKE's"), next: 'kubectl config get-contexts' },
    ]);
  });

  it('contradicts facts that say the add-on is on', () => {
    expect(untouched({}, ADD_ON_ON)).toMatchObject([{ message: expect.stringContaining('was on when last asked') }]);
  });

  it('is as predicted where the add-on is known to be off, or the class is another’s', () => {
    expect(untouched({}, ADD_ON_OFF)).toEqual([]);
    expect(ids({}, [ingress({ class: 'nginx' })], { base: NOTHING })).toEqual([]);
  });

  it('does not take another controller’s address for GKE’s', () => {
    expect(ids({ addresses: ['192.0.2.1'] }, [ingress({ class: 'nginx' })], { base: NOTHING })).toEqual([]);
  });
});

describe('an Ingress that is not to be served, and was', () => {
  it('keeps what was built while the add-on is off', () => {
    const [found] = differences({}, WEB, { facts: ADD_ON_OFF });
    expect(found).toMatchObject({ id: 'left-behind', next: expect.stringContaining('--update-addons') });
    expect(found?.message).toContain('address 203.0.113.7 stays in the project');
  });

  it('is looked after by another controller where it is a multi-cluster one', () => {
    expect(ids({}, [ingress({ class: 'gce-multi-cluster' })])).toEqual([]);
  });

  it('loses its load balancer where the class is another’s now', () => {
    expect(differences({}, [ingress({ class: 'nginx' })])).toMatchObject([
      { id: 'left-behind', message: expect.stringContaining('the controller deletes its load balancer') },
    ]);
    expect(differences({ finalizer: undefined }, [ingress({ class: 'nginx' })])).toMatchObject([
      { id: 'left-behind', message: expect.stringContaining('its finalizer is gone') },
    ]);
  });
});

describe('progress', () => {
  it('keeps what it had where it cannot be translated now', () => {
    expect(differences({}, [ingress({ class: 'gce' }), service(), deployment()])).toMatchObject([
      { id: 'keeps-old-configuration', isPredicted: true, message: expect.stringContaining('(C6)') },
    ]);
  });

  it('has no address after a while, without a reason in the plan', () => {
    expect(ids({ addresses: [] })).toEqual(['no-address']);
    expect(ids({ addresses: [], createdAt: '2026-11-01T11:55:00Z' })).toEqual([]);
  });
});

describe('backends', () => {
  it('are UNHEALTHY by a cause of the plan, or by one that the Pods know', () => {
    const unhealthy = { backends: [{ name: NEG_NAME, health: 'UNHEALTHY' }] };
    const probed = { readinessProbe: { httpGet: { path: '/healthz', port: 8080 } } };
    const sound = [ingress({ class: 'gce' }), service(NEG), deployment({ container: probed })];
    expect(differences(unhealthy, sound)).toMatchObject([
      { id: 'backend-unhealthy', isPredicted: false, next: 'kubectl port-forward -n shop service/web 8080:80' },
    ]);
    const readinessProbe = { tcpSocket: { port: 8080 } };
    const objects = [ingress({ class: 'gce' }), service(NEG), deployment({ container: { readinessProbe } })];
    const [found] = differences(unhealthy, objects);
    expect(found).toMatchObject({ isPredicted: true, message: expect.stringContaining('Predicted: C46') });
    expect(found?.message).toContain('it asks GET / on the serving port');
  });

  it('are of unknown health', () => {
    expect(differences({ backends: [{ name: NEG_NAME, health: 'Unknown' }] })).toMatchObject([
      { id: 'backend-health-unknown', next: expect.stringContaining('kubernetes.io/service-name=web') },
    ]);
  });

  it('have no NEG, or one in no zone', () => {
    expect(ids({ negs: [] })).toEqual(['neg-missing']);
    expect(ids({ negs: [{ service: 'web', port: 80, name: NEG_NAME, zones: [] }] })).toEqual(['neg-without-zones']);
    const events = [
      warning('quota', { kind: 'Service', source: 'neg-controller', reason: 'SyncNetworkEndpointGroupFailed' }),
    ];
    const [found] = differences({ negs: [], events });
    expect(found?.message).toContain('The NEG controller says: quota');
  });

  it('have no NEG because the class forces one that nobody makes', () => {
    const objects = [ingress({ class: 'gce-internal' }), service({ type: 'NodePort' }), deployment()];
    expect(differences({ negs: [], backends: [], addresses: ['10.0.0.7'] }, objects)).toMatchObject([
      { id: 'neg-missing', isPredicted: true, next: expect.stringMatching(/^kubectl annotate service web/) },
    ]);
  });

  it('are in the other kind of group', () => {
    const ports = [{ name: 'http', port: 80, targetPort: 8080, nodePort: 30_080 }];
    const backends = [{ name: 'k8s-be-30080--0a1b2c3d', health: 'HEALTHY' }];
    const neg = [ingress({ class: 'gce' }), service({ ...NEG, type: 'NodePort', ports }), deployment()];
    expect(ids({ backends }, neg)).toEqual(['instance-group-instead-of-neg']);
    const groups = [ingress({ class: 'gce' }), service({ type: 'NodePort', ports }), deployment()];
    expect(ids({}, groups)).toEqual(['neg-instead-of-instance-group']);
    expect(ids({ backends, negs: [] }, groups)).toEqual([]);
    // While a switch is under way both are there, and the right one counts.
    expect(ids({ backends: [...backends, ...BUILT.backends] }, neg)).toEqual([]);
  });

  it('are not in the load balancer, or only there', () => {
    const backends = [{ name: 'k8s1-0a1b2c3d-shop-old-80-deadbeef', health: 'HEALTHY' }];
    expect(ids({ backends })).toEqual(['backend-not-in-load-balancer', 'backend-not-in-plan']);
    // A Service that may not be read may be any of them.
    expect(ids({ backends }, [ingress({ class: 'gce' })])).toEqual([]);
  });

  it('whose paths are all replaced by later ones are in no load balancer', () => {
    const rule = (name: string): object => ({
      http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name, port: { number: 80 } } } }] },
    });
    const spec = {
      rules: [rule('other'), rule('web')],
      defaultBackend: { service: { name: 'web', port: { number: 80 } } },
    };
    const objects = [ingress({ class: 'gce', spec }), service(NEG), service({ ...NEG, name: 'other' }), deployment()];
    const negs = [...BUILT.negs, { service: 'other', port: 80, name: 'k8s1-o', zones: ['europe-west1-b'] }];
    expect(ids({ negs }, objects)).toEqual([]);
    expect(ids({}, objects)).toEqual(['neg-missing']);
  });

  it('are known by their names where neg-status is gone, also when those are cut, and for a regional class', () => {
    const long = 'a'.repeat(40);
    const objects = [ingress({ class: 'gce', service: long }), service({ ...NEG, name: long }), deployment()];
    // Of 46 characters 38 are kept; longer parts lose more.
    const named = { name: `k8s1-0a1b2c3d-shop-${'a'.repeat(33)}-8-deadbeef`, health: 'HEALTHY' };
    expect(ids({ backends: [named], negs: [] }, objects)).toEqual(['neg-missing']);
    expect(ids({ backends: [{ name: 'k8s1-0a1b2c3d-e-shop-web-80-deadbeef', health: 'HEALTHY' }] })).toEqual([]);
  });

  it('of the system are taken to be the one instance group that is left', () => {
    const rules = [
      {
        http: {
          paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } }],
        },
      },
    ];
    const objects = [ingress({ class: 'gce', spec: { rules } }), service(NEG), deployment()];
    const backends = [...BUILT.backends, { name: 'k8s-be-31234--0a1b2c3d', health: 'HEALTHY' }];
    expect(ids({ backends }, objects)).toEqual([]);
  });
});

describe('the front end', () => {
  it('misses a port, or has one too many', () => {
    const tls = [
      ingress({ class: 'gce', tls: [{ secretName: 'web-tls' }] }),
      service(NEG),
      deployment(),
      secret({ name: 'web-tls' }),
    ];
    expect(ids({}, tls)).toEqual(['front-end-missing']);
    expect(ids({ resources: { ...BUILT.resources, 'https-forwarding-rule': 'k8s2-fs-a' } })).toEqual([
      'front-end-not-in-plan',
    ]);
    // Before anything is built nothing differs.
    expect(ids({ resources: {} })).toEqual([]);
  });

  it('has an address from inside where the class is external', () => {
    expect(ids({ addresses: ['172.20.0.7'] })).toEqual(['address-is-internal']);
    expect(ids({ addresses: ['172.32.0.7'] })).toEqual([]);
  });
});

describe('Events', () => {
  const TYPE =
    'Translation failed: invalid ingress spec: service "shop/web" is type "ClusterIP", expected "NodePort" or "LoadBalancer"';
  const clusterIp = [ingress({ class: 'gce' }), service(), deployment()];

  it('say what was predicted, each complaint once', () => {
    const events = [warning(TYPE, { count: 12 }), warning(TYPE, { lastSeenMs: NOW - 2 * MINUTE })];
    expect(differences({ events, addresses: [] }, clusterIp)).toEqual([
      {
        id: 'event-predicted',
        message: `Predicted: C6 [cluster-ip-without-neg]. The controller says the same: loadbalancer-controller says of Ingress web (Translate, 60 s ago, 12 times): ${TYPE}`,
        next: `Set cloud.google.com/neg: '{"ingress": true}', or set spec.type: NodePort`,
        isPredicted: true,
        backend: 'web#80/http',
      },
    ]);
  });

  it('say why Google refused a request, at the end of the request itself', () => {
    const why = 'TimeoutSec should be less than or equal to checkIntervalSec., invalid';
    const refusal = `error ensuring health check: Error creating health check &{${'Field:0 '.repeat(100)}}: googleapi: Error 400: Invalid value for field 'resource.timeoutSec': '30'. ${why}`;
    const slow = { httpGet: { path: '/', port: 8080 }, periodSeconds: 5, timeoutSeconds: 30 };
    const objects = [
      ingress({ class: 'gce-internal' }),
      service(NEG),
      deployment({ container: { readinessProbe: slow } }),
    ];
    const events = [warning(`Error syncing to GCP: error running backend syncing routine: ${refusal}`)];
    const [told] = differences({ events, addresses: [], resources: {}, backends: [] }, objects);
    expect(told).toMatchObject({ id: 'event-predicted', isPredicted: true });
    expect(told?.message).toMatch(/^Predicted: C48 \[health-check-timeout\]\. .*: Error syncing to GCP: error running/);
    expect(told?.message.endsWith(why)).toBe(true);
    expect(told?.message.length).toBeLessThan(600);
  });

  it('say what was not predicted', () => {
    expect(differences({ events: [warning('could not find port "81" in service "shop/web"')] })).toMatchObject([
      { id: 'event-not-predicted', message: expect.stringMatching(/^Not predicted \(C5\): /), isPredicted: false },
    ]);
    expect(differences({ events: [warning('secrets "web-tls" not found')] })).toMatchObject([
      { message: expect.stringMatching(/\(C22\): .* \(Secrets are never read, so it could not be\.\)$/) },
    ]);
    const joined = [warning(`${TYPE}; could not find service "shop/x"`)];
    expect(differences({ events: joined, addresses: [] }, clusterIp)).toMatchObject([
      { isPredicted: false, message: expect.stringMatching(/Not predicted in it: C4\.$/) },
    ]);
    const unknown = [warning('something new')];
    expect(differences({ events: unknown, addresses: [] }, clusterIp)).toMatchObject([
      { message: expect.stringContaining('(It may be one of those that the plan has: C6.)') },
    ]);
  });

  it('are settled once a sync has come further', () => {
    const noNeg = 'Error syncing to GCP: error running backend syncing routine: googleapi: Error 404: x not found';
    const noAddress = 'Error syncing to GCP: error running load balancer syncing routine: quota';
    const at = (message: string, seconds: number, type = 'Normal'): ObjectEvent =>
      warning(message, { type, reason: 'Sync', lastSeenMs: NOW - MINUTE + seconds * 1000 });
    const complaint = at(noNeg, 0, 'Warning');
    // Of the same second, further is later.
    expect(ids({ events: [at('UrlMap "a" created', 0), complaint] })).toEqual([]);
    expect(ids({ events: [at('IP is now 203.0.113.7', 5), complaint] })).toEqual([]);
    expect(ids({ events: [at('Scheduled for sync', 5), complaint] })).toEqual(['event-not-predicted']);
    expect(ids({ events: [complaint, at('UrlMap "a" created', -1)] })).toEqual(['event-not-predicted']);
    const other = { ...at('UrlMap "a" created', 5), name: 'other' };
    expect(ids({ events: [other, complaint] })).toEqual(['event-not-predicted']);
    // What failed later has come further too, and is reported itself.
    const failed = differences({ events: [at(noAddress, 5, 'Warning'), complaint] });
    expect(failed.map(({ message }) => message.includes('quota'))).toEqual([true]);
    // In the sync that fails, the URL map comes before the forwarding rule.
    const later = [at('UrlMap "a" updated', 0), at(noAddress, 0, 'Warning')];
    expect(ids({ events: later })).toEqual(['event-not-predicted']);
    expect(ids({ events: [at('ForwardingRule "a" created', 1), ...later] })).toEqual([]);
    // A sync has one error: the newest is what holds.
    const newest = differences({ events: [at(noNeg, 9, 'Warning'), at(noAddress, 0, 'Warning')] });
    expect(newest.map(({ message }) => message.includes('404'))).toEqual([true]);
  });

  it('say of a NEG that is not there what was predicted of its Service', () => {
    const sync = 'Error syncing to GCP: error running backend syncing routine: NetworkEndpointGroups x not found';
    const neg = '{"ingress": true, "exposed_ports": {"81": {}}}';
    const objects = [ingress({ class: 'gce' }), service({ neg }), deployment()];
    expect(differences({ events: [warning(sync)], addresses: [], negs: [], backends: [] }, objects)).toMatchObject([
      { id: 'neg-missing' },
      { id: 'event-predicted', isPredicted: true, message: expect.stringMatching(/^Predicted: C36 /) },
    ]);
  });

  it('are predicted by the plan where an exemption keeps its rule from saying so', () => {
    const { plan } = explainOnly(clusterIp, NO_FACTS);
    const seen = { ...BUILT, events: [warning(TYPE)], negs: [], backends: [] };
    expect(compare({ plan, findings: [], seen, facts: NO_FACTS, nowMs: NOW })).toMatchObject([
      { id: 'keeps-old-configuration' },
      { id: 'event-predicted', isPredicted: true, message: expect.stringMatching(/^Predicted: C6\. The controller/) },
    ]);
  });

  it('of half an hour ago are settled, and so is what is normal', () => {
    const events = [warning('old', { lastSeenMs: NOW - 31 * MINUTE }), warning('fine', { type: 'Normal' })];
    expect(ids({ events })).toEqual([]);
  });
});
