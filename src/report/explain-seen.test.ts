import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { explainOnly } from '../../test/support/explain-file.ts';
import { ADD_ON_OFF, ADD_ON_ON } from '../../test/support/facts.ts';
import {
  backendConfig,
  deployment,
  ingress,
  pathTo,
  type RawObject,
  secret,
  service,
} from '../../test/support/objects.ts';
import { parseEvent } from '../kubernetes/event.ts';
import type { SeenIngress } from '../seen/seen.ts';
import { explainJson } from './explain-json.ts';
import { type SeenReport, seenJson, seenLines } from './explain-seen.ts';
import { renderExplainText } from './explain-text.ts';

const NOW = Date.parse('2026-11-01T12:00:00Z');
const NEG_NAME = 'k8s1-0a1b2c3d-shop-web-80-deadbeef';
const explained = explainOnly(
  [
    ingress({ class: 'gce', tls: [{ secretName: 'web-tls' }] }),
    service({ neg: '{"ingress": true}' }),
    deployment(),
    secret({ name: 'web-tls' }),
  ],
  ADD_ON_ON,
);
const { plan } = explained;
const event = {
  ...parseEvent({}),
  kind: 'Ingress',
  name: 'web',
  type: 'Warning',
  reason: 'Sync',
  source: 'loadbalancer-controller',
  message: 'Error syncing to GCP: error running backend syncing routine: quota exceeded',
  count: 4,
  lastSeenMs: NOW - 180_000,
};
const seen: SeenIngress = {
  finalizer: 'networking.gke.io/ingress-finalizer-V2',
  createdAt: '2026-11-01T11:00:00Z',
  addresses: ['203.0.113.7'],
  resources: { 'url-map': 'k8s2-um-a', 'forwarding-rule': 'k8s2-fr-a' },
  backends: [
    { name: NEG_NAME, health: 'UNHEALTHY' },
    { name: 'k8s-be-30080--b', health: 'HEALTHY' },
  ],
  negs: [{ service: 'web', port: 80, name: NEG_NAME, zones: ['europe-west1-b', 'europe-west1-c'] }],
  events: [event],
  knowsEvents: true,
  hasSystemDefault: true,
  serverVersion: undefined,
};
const report: SeenReport = {
  seen,
  differences: [
    {
      id: 'neg-missing',
      message: 'Service web, port 80, should have a NEG, but its annotation names none.',
      next: {
        command: ['kubectl', 'annotate', 'service', 'web', '-n', 'shop', 'cloud.google.com/neg={"ingress": true}'],
      },
      isPredicted: false,
      backend: undefined,
    },
  ],
  nowMs: NOW,
};

const headersOf = (config: RawObject, facts = ADD_ON_ON): string => {
  const configured = { 'cloud.google.com/backend-config': '{"default": "web"}' };
  const rule = (name: string): RawObject => ({
    host: `${name}.example`,
    http: { paths: [pathTo('/', 'Prefix', name)] },
  });
  const objects = [
    ingress({ class: 'gce', spec: { rules: [rule('web'), rule('api'), rule('plain')] } }),
    service({ neg: '{"ingress": true}', annotations: configured }),
    service({ name: 'api', neg: '{"ingress": true}', annotations: configured }),
    service({ name: 'plain', neg: '{"ingress": true}' }),
    backendConfig({ spec: config }),
  ];
  const lines = seenLines(explainOnly(objects, facts).plan, { ...report, differences: [] });
  return (
    lines
      .join('\n')
      .split(/^ {2}(?=\S)/m)
      .find((one) => one.startsWith('headers')) ?? ''
  );
};

it('says whose response headers cannot be set by hand', () => {
  expect(headersOf({ timeoutSec: 40 }).replaceAll(/\s+/g, ' ').trim()).toBe(
    'headers response headers that somebody sets by hand for Service web:80, api:80 go at every sync: their BackendConfigs set none',
  );
  expect(headersOf({ customResponseHeaders: { headers: ['X-Frame-Options: DENY'] } })).toBe('');
  expect(headersOf({ timeoutSec: 40 }, ADD_ON_OFF)).toBe('');
});

it('shortens an Event in the middle, for what Google refuses it says last', () => {
  const message = `Error syncing to GCP: ${'Field:0 '.repeat(50)}: googleapi: Error 400: TimeoutSec is too long`;
  const lines = seenLines(plan, { ...report, seen: { ...seen, events: [{ ...event, message }] } });
  const text = lines.map((line) => line.trim()).join(' ');
  expect(text).toMatch(
    /Sync of Ingress web: Error syncing to GCP: .*\.\.\..*: googleapi: Error 400: TimeoutSec is too long TLS/,
  );
  expect(text).not.toContain('Field:0 '.repeat(30));
});

it('shows what is seen, and each difference with what to do', () => {
  expect(seenLines(plan, report).join('\n')).toBe(`seen in the cluster
  address    203.0.113.7
  finalizer  networking.gke.io/ingress-finalizer-V2
  built      url-map k8s2-um-a
             forwarding-rule k8s2-fr-a
  backends   UNHEALTHY k8s1-0a1b2c3d-shop-web-80-deadbeef (Service web:80)
             HEALTHY k8s-be-30080--b
  NEGs       k8s1-0a1b2c3d-shop-web-80-deadbeef (Service web:80) in
             europe-west1-b, europe-west1-c
  Events     3 min ago, 4 times: Warning Sync of Ingress web: Error syncing to
             GCP: error running backend syncing routine: quota exceeded
  TLS        Secrets are never read, so whether "web-tls" can be used is not
             known
  ≠ Service web, port 80, should have a NEG, but its annotation names none.
    Fix: kubectl annotate service web -n shop \\
        cloud.google.com/neg='{"ingress": true}'`);
});

it('says what is not there, and what may not be read', () => {
  const nothing = { ...seen, finalizer: undefined, addresses: [], resources: {}, backends: [], negs: [], events: [] };
  const { plan: bare } = explainOnly([ingress({ class: 'gce' })]);
  expect(seenLines(bare, { seen: nothing, differences: [], nowMs: NOW }).join('\n')).toBe(`seen in the cluster
  address    none
  finalizer  none
  Events     none; they are kept for an hour
  No difference from the plan is seen.`);
  expect(seenLines(bare, { seen: { ...nothing, knowsEvents: false }, differences: [], nowMs: NOW })).toContain(
    '  Events     may not be read',
  );
});

it('prints the newest eight Events, and counts the rest', () => {
  const events = Array.from({ length: 11 }, (_, index) => ({ ...event, message: `event ${index}` }));
  const many = { ...report, seen: { ...seen, events } };
  const text = seenLines(plan, many).join('\n');
  expect(text).toContain('event 7\n             and 3 more\n');
  expect(text).not.toContain('event 8');
  expect(seenJson(plan, many).events).toHaveLength(8);
});

it('stands below the plan, with colour or without', () => {
  const shown = { ...explained, findings: [], seen: report };
  const text = renderExplainText([shown]);
  expect(text).toContain('No problem found.\n\nseen in the cluster\n');
  const coloured = renderExplainText([shown], true);
  expect(coloured).not.toBe(text);
  expect(stripVTControlCharacters(coloured)).toBe(text);
});

it('is one more key in JSON, and nothing where no cluster was asked', () => {
  const { seen: json, ...rest } = explainJson({ ...explained, seen: report });
  expect(rest).toEqual(explainJson(explained));
  expect(json).toEqual(seenJson(plan, report));
  expect(json).toMatchObject({
    addresses: ['203.0.113.7'],
    backends: [
      { name: NEG_NAME, health: 'UNHEALTHY', service: 'web', port: 80 },
      { name: 'k8s-be-30080--b', health: 'HEALTHY', service: null, port: null },
    ],
    events: [{ reason: 'Sync', count: 4, lastSeen: '2026-11-01T11:57:00.000Z' }],
    differences: [{ id: 'neg-missing', predicted: false }],
  });
  const hidden = seenJson(plan, { ...report, seen: { ...seen, knowsEvents: false } });
  expect(hidden.events).toBeNull();
});

it('lets no control character through, wherever it came from', () => {
  const odd = explainOnly([ingress({ class: 'g\u001b[2Jce\u202e' })]);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
  expect(renderExplainText([odd])).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
});
