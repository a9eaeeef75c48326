// Ingresses of which plan and cluster agree, and others of which they differ, each for a reason of its own: the controllers
// fail at what no manifest tells, or are no longer there. docs/explain-live.md says of each difference which case shows it.
import type { DifferenceId } from '../../src/seen/difference.ts';
import type { Raw, RawObject } from './case.ts';
import {
  CLASS,
  ingress,
  NEG,
  pathTo,
  podWithSlowProbe,
  podWithTcpProbe,
  secret,
  service,
  TLS,
  to,
  WITH_NEG,
} from './live-objects.ts';
import { patch, type Step } from './sequences.ts';

/** Built; then changed where a case says so; then without the only Node; then without the controllers. */
export const MOMENTS = ['built', 'changed', 'without Nodes', 'stopped'] as const;
export type Moment = (typeof MOMENTS)[number];

export interface LiveCase {
  /** As docs/explain-live.md says it of the differences that it shows. */
  readonly name: string;
  /** One Ingress, `web`, and what it needs. */
  readonly objects: readonly RawObject[];
  /** The controllers then do what they can. */
  readonly change?: Step['change'];
  /** Where the URL map in Google leads by default after that, whatever the annotations say; null where there is none. */
  readonly leadsTo?: string | null;
  /** What Google finds of the endpoints of its one backend service, from then on. */
  readonly health?: readonly string[];
  /** When nobody follows any more. */
  readonly changeAfter?: Step['change'];
  readonly looks: readonly Look[];
}

export interface Look {
  readonly at: Moment;
  /** The clock of the program is ahead by so much: the API server lets nobody write when an object was made. */
  readonly minutesLater?: number;
  /** Of a facts file. */
  readonly facts?: Raw;
  /** All that is said, in this order. */
  readonly expected: readonly Told[];
}

/** A difference, words that its message has, and whether the plan names the cause: else it does not. */
export interface Told {
  readonly id: DifferenceId;
  readonly words: string;
  readonly predicted?: true;
}

const told = (id: DifferenceId, words: string): Told => ({ id, words });
const foreseen = (id: DifferenceId, words: string): Told => ({ id, words, predicted: true });

const GLOBAL_IP = 'kubernetes.io/ingress.global-static-ip-name';
/** Nobody has reserved it: each sync fails at the front end, after backends and URL map, and no manifest tells. */
const NO_ADDRESS = { [GLOBAL_IP]: 'nobody-reserved-it' };
const NO_ADDRESS_TOLD = told(
  'event-not-predicted',
  'Not predicted (C19): loadbalancer-controller says of Ingress web (Sync',
);
/** Each sync fails before it has changed anything in Google but backends. */
const NO_SECRET_TOLD = told(
  'event-not-predicted',
  'secrets "tls" not found (Secrets are never read, so it could not be.)',
);
const REGIONAL = { controller: { enableIngressRegionalExternal: true } };

const agrees = (name: string, ...objects: readonly RawObject[]): LiveCase => ({
  name: `agrees: ${name}`,
  objects,
  looks: [
    { at: 'built', expected: [] },
    { at: 'changed', minutesLater: 20, expected: [] },
  ],
});

const changed = (...expected: readonly Told[]): readonly Look[] => [{ at: 'changed', expected }];

const edited = (annotations: Raw, spec: Raw = {}): Step['change'] =>
  patch('Ingress', 'web', { metadata: { annotations }, spec });
const negOfService = (value: string | null): Step['change'] =>
  patch('Service', 'web', { metadata: { annotations: { [NEG]: value } } });

const AGREEING: readonly LiveCase[] = [
  agrees('a NEG', ingress(), service(WITH_NEG)),
  agrees('instance groups', ingress(), service({})),
  agrees('class gce-internal', ingress({ [CLASS]: 'gce-internal' }), service(WITH_NEG)),
  agrees('HTTP and HTTPS', ingress({}, TLS), service(WITH_NEG), secret()),
  agrees('a reserved address', ingress({ [GLOBAL_IP]: 'reserved' }), service(WITH_NEG)),
  agrees('another controller’s class', ingress({ [CLASS]: 'nginx' }), service({})),
  agrees(
    'a NEG, instance groups, and the default backend of the system',
    ingress({}, { defaultBackend: undefined, rules: [pathTo('a.example', 'web'), pathTo('b.example', 'other')] }),
    service(WITH_NEG),
    service({}, 'other'),
  ),
  agrees(
    'a backend whose paths are all replaced by later ones',
    ingress({}, { defaultBackend: undefined, rules: [pathTo('a.example', 'web'), pathTo('a.example', 'other')] }),
    service(WITH_NEG),
    service({}, 'other'),
  ),
  {
    name: 'agrees: a change that the controllers have followed, from instance groups to another Service with a NEG',
    objects: [ingress(), service({}), service(WITH_NEG, 'other')],
    change: edited({}, to('other')),
    looks: changed(),
  },
];

const WHOLE: readonly LiveCase[] = [
  {
    name: 'class gce-regional-external, which the facts say is offered, and the controller does not offer',
    objects: [ingress({ [CLASS]: 'gce-regional-external' }), service(WITH_NEG)],
    looks: [
      { at: 'built', facts: REGIONAL, expected: [told('not-taken-yet', 'GKE has not touched it yet')] },
      {
        at: 'built',
        minutesLater: 20,
        facts: REGIONAL,
        expected: [told('never-taken', 'no finalizer, no address, no Event, and it is 2')],
      },
    ],
  },
  {
    name: 'a TLS Secret that is not there, from the start',
    objects: [ingress({}, TLS), service(WITH_NEG)],
    looks: [
      {
        at: 'built',
        minutesLater: 20,
        expected: [told('no-address', 'it has no address after 2'), NO_SECRET_TOLD],
      },
    ],
  },
  {
    name: 'a port that the Service does not have, written later',
    objects: [ingress(), service(WITH_NEG)],
    change: edited({}, to('web', 81)),
    leadsTo: 'web',
    looks: changed(
      foreseen('keeps-old-configuration', 'cannot translate it as it is now (C5): the load balancer keeps what it had'),
      told('backend-not-in-plan', 'which nothing in the Ingress leads to'),
      foreseen('event-predicted', 'Predicted: C5 [backend-port-missing]. The controller says the same: loadbalancer-'),
    ),
  },
  {
    name: 'class nginx, written later',
    objects: [ingress(), service(WITH_NEG)],
    change: edited({ [CLASS]: 'nginx' }),
    leadsTo: null,
    looks: changed(foreseen('left-behind', 'its finalizer is gone, which the controller takes off once')),
  },
  {
    name: 'the controllers are stopped, and the facts say that the add-on is off',
    objects: [ingress(), service({})],
    looks: [
      { at: 'stopped', expected: [] },
      {
        at: 'stopped',
        facts: { httpLoadBalancing: 'disabled' },
        expected: [foreseen('left-behind', 'the add-on that would look after it is off: address 34.120.')],
      },
    ],
  },
];

const BACKENDS: readonly LiveCase[] = [
  {
    name: 'Google finds all endpoints UNHEALTHY',
    objects: [ingress(), service(WITH_NEG)],
    health: ['UNHEALTHY', 'UNHEALTHY'],
    looks: changed(told('backend-unhealthy', 'Google finds Service web, port 80, UNHEALTHY')),
  },
  {
    name: 'Google finds the endpoints UNHEALTHY of a Pod whose probe is no HTTP request',
    objects: [ingress(), service(WITH_NEG), podWithTcpProbe()],
    health: ['UNHEALTHY'],
    looks: changed(foreseen('backend-unhealthy', 'By the plan it asks GET / on the serving port')),
  },
  {
    name: 'no endpoint in the group',
    objects: [ingress(), service(WITH_NEG)],
    health: [],
    looks: changed(told('backend-health-unknown', 'Of Service web, port 80, Google says "Unknown"')),
  },
  {
    name: 'agrees: one endpoint of two is HEALTHY',
    objects: [ingress(), service(WITH_NEG)],
    health: ['UNHEALTHY', 'HEALTHY'],
    looks: changed(),
  },
  {
    name: 'class gce-internal, and a Service without the NEG annotation',
    objects: [ingress({ [CLASS]: 'gce-internal' }), service({})],
    looks: [
      {
        at: 'built',
        expected: [
          foreseen(
            'neg-missing',
            'The NEG controller reads the annotation cloud.google.com/neg only, and the Service has',
          ),
          foreseen('event-predicted', 'Predicted: C33 [internal-ingress-without-neg]. The controller says the same'),
        ],
      },
    ],
  },
  {
    // A regional health check is quoted whole in the Event, and what Google says of it comes after that.
    name: 'class gce-internal, and a probe that waits longer than its period',
    objects: [ingress({ [CLASS]: 'gce-internal' }), service(WITH_NEG), podWithSlowProbe()],
    looks: changed(foreseen('event-predicted', 'TimeoutSec should be less than or equal to checkIntervalSec')),
  },
  {
    name: 'the NEG annotation, written when the controllers are stopped',
    objects: [ingress(), service({})],
    changeAfter: negOfService('{"ingress": true}'),
    looks: [
      {
        at: 'stopped',
        expected: [
          told('neg-missing', 'it is new, or the controller does not run'),
          told('instance-group-instead-of-neg', 'should be reached through a NEG'),
        ],
      },
    ],
  },
  {
    name: 'no Node in the cluster any more',
    objects: [ingress(), service(WITH_NEG)],
    looks: [{ at: 'without Nodes', expected: [told('neg-without-zones', 'in no zone: there is no node')] }],
  },
  {
    name: 'the NEG annotation on a live Service, and an address that nobody has reserved',
    objects: [ingress(), service({})],
    change: both(edited(NO_ADDRESS), negOfService('{"ingress": true}')),
    looks: changed(told('instance-group-instead-of-neg', 'should be reached through a NEG, but by'), NO_ADDRESS_TOLD),
  },
  {
    name: 'the NEG annotation taken off a live Service, and an address that nobody has reserved',
    objects: [ingress(), service(WITH_NEG)],
    change: both(edited(NO_ADDRESS), negOfService(null)),
    looks: changed(told('neg-instead-of-instance-group', 'through instance groups, but by'), NO_ADDRESS_TOLD),
  },
  {
    name: 'another Service, and TLS with a Secret that is not there',
    objects: [ingress(), service(WITH_NEG), service(WITH_NEG, 'other')],
    change: edited({}, { ...TLS, ...to('other') }),
    leadsTo: 'web',
    looks: changed(
      told(
        'backend-not-in-load-balancer',
        'Service other, port 80, should be in the load balancer, and by the annotation',
      ),
      told('backend-not-in-plan', 'which nothing in the Ingress leads to'),
      told('front-end-missing', 'should serve HTTPS on port 443, and has no forwarding rule for it'),
      NO_SECRET_TOLD,
    ),
  },
  {
    name: 'another Service, and an address that nobody has reserved',
    objects: [ingress(), service(WITH_NEG), service(WITH_NEG, 'other')],
    change: edited(NO_ADDRESS, to('other')),
    leadsTo: 'other',
    looks: changed(
      told('backend-not-in-load-balancer', 'fails at the front end has changed the hosts and paths already'),
      told('backend-not-in-plan', 'which nothing in the Ingress leads to'),
      NO_ADDRESS_TOLD,
    ),
  },
];

const FRONT_END: readonly LiveCase[] = [
  {
    name: 'TLS with a Secret that is not there, written later',
    objects: [ingress(), service(WITH_NEG)],
    change: edited({}, TLS),
    looks: changed(told('front-end-missing', 'should serve HTTPS on port 443'), NO_SECRET_TOLD),
  },
  {
    name: 'TLS taken off, and an address that nobody has reserved',
    objects: [ingress({}, TLS), service(WITH_NEG), secret()],
    change: edited(NO_ADDRESS, { tls: null }),
    looks: changed(told('front-end-not-in-plan', 'serves HTTPS on port 443, which the Ingress does'), NO_ADDRESS_TOLD),
  },
  {
    name: 'class gce instead of gce-internal, and an address that nobody has reserved',
    objects: [ingress({ [CLASS]: 'gce-internal' }), service(WITH_NEG)],
    change: edited({ [CLASS]: 'gce', ...NO_ADDRESS }),
    looks: changed(
      told('address-is-internal', 'is a private one: it is left from class gce-internal'),
      NO_ADDRESS_TOLD,
    ),
  },
];

export const LIVE_CASES: readonly LiveCase[] = [...AGREEING, ...WHOLE, ...BACKENDS, ...FRONT_END];

function both(...changes: readonly Step['change'][]): Step['change'] {
  return async (store, find) => {
    for (const change of changes) await change(store, find);
  };
}
