// A change of a load balancer in words: each kind is worded here and nowhere else.
import type { ChangeKind, ChangeOf, PlanChange } from '../plan/change.ts';
import { phraseOf } from '../plan/conditions.ts';
import { checkWords, featureWords, type Worded } from './change-backend-words.ts';
import {
  backendInWords,
  fallbackInWords,
  ingressInWords,
  keyOf,
  listInWords,
  lostInWords,
  quotedList,
  routeOf,
  servedInWords,
  whatOf,
} from './change-names.ts';
import type { RuleFinding, Severity } from './finding.ts';
import { advise } from './fix.ts';

export type ChangeWords = Pick<RuleFinding, 'message' | 'note' | 'fix' | 'identity'> & { readonly severity: Severity };

/** What takes something from clients, or has not the effect that it seems to have; the others are good to know. */
export function wordsOfChange(change: PlanChange): ChangeWords {
  const words = WORDS[change.kind] as (change: PlanChange) => Worded;
  const { severity = 'info', message, note = '', fix = UNDO, identity = '' } = words(change);
  return { severity, message, note, fix: [fix], identity: `${change.kind}${identity === '' ? '' : ` ${identity}`}` };
}

const UNDO = advise('If you do not want this, undo the change');

const KEEPS_ADDRESS = 'GKE deletes its load balancer, and the address too unless it is reserved.';

type Words = { readonly [K in ChangeKind]: (change: ChangeOf<K>) => Worded };

const WORDS: Words = {
  'ingress-gone': ({ hosts }) => ({
    severity: 'warning',
    message: `the Ingress is gone: ${KEEPS_ADDRESS}`,
    note: servedInWords('It served', hosts),
  }),
  'ingress-left': ({ hosts }) => ({
    severity: 'warning',
    message: `GKE no longer serves it: ${KEEPS_ADDRESS.replace('GKE deletes', 'it deletes')}`,
    note: servedInWords('It served', hosts),
  }),
  'ingress-new': ({ hosts }) => ({
    message: 'GKE builds a load balancer for it.',
    note: servedInWords('It serves', hosts),
  }),
  class: ({ was, now }) => ({
    severity: 'warning',
    message: `its class goes from "${was}" to "${now}": GKE builds another load balancer with another address, and deletes this one.`,
  }),
  'sync-stops': ({ stage, condition, backend, plan }) => ({
    severity: 'warning',
    message: `GKE stops building ${ingressInWords(plan)}: ${backend === undefined ? '' : `${backendInWords(backend)}: `}${phraseOf(condition)}.`,
    note: stage === 'frontEnd' ? FRONT_END_STAYS : STAYS,
    fix: advise(`Correct it (${condition}), or undo the change`),
    identity: `${condition} ${backend === undefined ? '' : keyOf(backend)}`.trim(),
  }),
  'sync-resumes': ({ plan }) => ({
    message: `GKE builds ${ingressInWords(plan)} again: the error that ended its sync is gone.`,
  }),
  'backend-lost': (change) => ({
    severity: 'warning',
    message: `${whatOf(change)} loses its backend${lostInWords(change)}.`,
    note: STAYS,
    fix: advise('Bring the backend back, or take the path out of the Ingress'),
    identity: routeOf(change),
  }),
  'host-gone': ({ host, fallback }) => ({
    severity: 'warning',
    message: `host ${host} is no longer served: its requests go to ${fallbackInWords(fallback)}.`,
    identity: host,
  }),
  'host-new': ({ host, backends }) => ({
    message: `host ${host} is new: its requests go to ${listInWords(backends.map(backendInWords)) || 'the default backend'}.`,
    identity: host,
  }),
  'path-gone': (change) => ({
    severity: 'warning',
    message: `${whatOf(change)} is gone: its requests go to ${fallbackInWords(change.fallback)}.`,
    identity: routeOf(change),
  }),
  'path-new': (change) => ({
    message: `${whatOf(change)} is new: its requests go to ${backendInWords(change.backend)}.`,
    identity: routeOf(change),
  }),
  'route-moved': (change) => ({
    message: `${whatOf(change)} goes to ${backendInWords(change.now)}, no longer to ${backendInWords(change.was)}.`,
    identity: routeOf(change),
  }),
  group: ({ backend, was, now }) => ({
    severity: 'warning',
    message: `${backendInWords(backend)} moves from ${GROUPS[was]} to ${GROUPS[now]}: expect errors until it is healthy.`,
    identity: keyOf(backend),
  }),
  protocol: ({ backend, was, now }) => ({
    message: `Google speaks ${now} to ${backendInWords(backend)}, no longer ${was}.`,
    identity: keyOf(backend),
  }),
  'pods-gone': ({ backend }) => ({
    severity: 'warning',
    message: `${backendInWords(backend)} has no Pods any more: nothing here has the labels that its selector asks for.`,
    fix: advise('Bring the Pods back, or correct the selector'),
    identity: keyOf(backend),
  }),
  'health-check': checkWords,
  feature: featureWords,
  'https-gone': ({ hosts }) => ({
    severity: 'warning',
    message: 'TLS vanishes: no certificate is left, and port 443 is closed.',
    note: servedInWords('It serves', hosts),
  }),
  'https-new': () => ({ message: 'port 443 is opened for HTTPS.' }),
  certificates: ({ gone, added }) => ({
    message: `its certificates change: ${[
      ...(gone.length === 0 ? [] : [`${quotedList(gone)} ${gone.length === 1 ? 'goes' : 'go'}`]),
      ...(added.length === 0 ? [] : [`${quotedList(added)} ${added.length === 1 ? 'comes' : 'come'}`]),
    ].join(', ')}.`,
  }),
  'http-gone': () => ({ severity: 'warning', message: 'port 80 is closed: clients that ask by HTTP get no answer.' }),
  'http-new': () => ({ message: 'port 80 is opened for HTTP.' }),
  address: ({ was, now }) =>
    now === ''
      ? {
          message: `the address "${was}" is no longer asked for: the load balancer keeps it, and a new one would get another.`,
        }
      : {
          severity: 'warning',
          message: `its address changes to "${now}"${was === '' ? '' : `, no longer "${was}"`}: both forwarding rules are made anew.`,
        },
  redirect: ({ now, plan }) => ({
    message: `HTTP of ${ingressInWords(plan)} is ${now ? 'redirected to HTTPS' : 'no longer redirected to HTTPS, but served'}.`,
  }),
};

const STAYS =
  'An error ends the sync of the whole Ingress: what is built stays, and no other change of it takes effect.';

const FRONT_END_STAYS =
  'An error ends the sync before hosts, paths and the front end: they stay as they are built, whatever else changes.';

const GROUPS = { neg: 'NEGs', instanceGroup: 'instance groups' } as const;
