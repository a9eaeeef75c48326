// The webhook hears of objects one after the other, `check` reads them all at once. Whatever the order, every finding
// of the end has been told on the way.
import { describe, expect, it } from 'vitest';
import { checkWith, findAtTheEnd, WARNING_POLICY } from './support/arrivals.ts';
import { ADD_ON_OFF, ADD_ON_ON } from './support/facts.ts';
import {
  argocdServer,
  backendConfig,
  configMap,
  deployment,
  ingress,
  type RawObject,
  service,
} from './support/objects.ts';

const plainProbe = { readinessProbe: { tcpSocket: { port: 8080 } } };

const WORLDS: Readonly<Record<string, readonly RawObject[]>> = {
  'Argo CD behind an Ingress': [
    argocdServer(),
    service({ namespace: 'argocd', name: 'argocd-server', neg: '{"ingress": true}' }),
    ingress({ namespace: 'argocd', class: 'gce', service: 'argocd-server' }),
    configMap({ namespace: 'argocd', name: 'argocd-cmd-params-cm', data: { 'server.insecure': 'false' } }),
  ],
  'a probe that is not adopted, a Service that opts out, two Ingresses': [
    deployment({ container: plainProbe }),
    service({ neg: '{"ingress": false}' }),
    service({ name: 'other', neg: '{"ingress": true}' }),
    ingress({ class: 'gce' }),
    ingress({ name: 'second', class: 'gce-internal', service: 'other' }),
  ],
  'an annotation that cannot be decoded, a BackendConfig': [
    service({ neg: '{ingress: true}', annotations: { 'cloud.google.com/backend-config': '{"default":"web"}' } }),
    backendConfig({ spec: { healthCheck: { requestPath: '/ok' } } }),
    deployment({ container: plainProbe }),
    ingress({ class: 'gce' }),
  ],
};

function permutations<T>(items: readonly T[]): readonly (readonly T[])[] {
  if (items.length <= 1) return [items];
  return items.flatMap((item, index) =>
    permutations(items.filter((_, other) => other !== index)).map((rest) => [item, ...rest]),
  );
}

describe.each(Object.entries(WORLDS))('%s', (_, objects) => {
  it.each([
    ['on', ADD_ON_ON],
    ['off', ADD_ON_OFF],
  ])('tells all that is found in the end, in every order, with the add-on %s', (_state, facts) => {
    const atTheEnd = findAtTheEnd(objects, facts);
    expect(atTheEnd).not.toEqual([]);
    for (const order of permutations(objects)) {
      const told = new Set(checkWith(order, facts, { policy: WARNING_POLICY }).flatMap(({ rules }) => rules));
      const untold = atTheEnd.filter((finding) => !told.has(finding));
      expect({ order: order.map(({ kind }) => kind), untold }).toEqual({
        order: order.map(({ kind }) => kind),
        untold: [],
      });
    }
  });
});
