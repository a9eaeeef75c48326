import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ADD_ON_ON } from '../../test/support/facts.ts';
import { deployment, ingress, type RawObject, service } from '../../test/support/objects.ts';
import { planOf } from '../../test/support/plan-of.ts';
import { renderExplainText } from './explain-text.ts';

const probe = (port: number): RawObject => ({ readinessProbe: { httpGet: { path: '/healthz', port } } });
const path = (text: string, name: string): RawObject => ({
  path: text,
  pathType: 'Prefix',
  backend: { service: { name, port: { name: 'http' } } },
});
const shop = (...paths: readonly RawObject[]): RawObject =>
  ingress({ class: 'gce', spec: { rules: [{ host: 'shop.example.com', http: { paths } }] } });

const NEG = { neg: '{"ingress": true}' };
const SYSTEM = `everything else (the system's default backend)
  Service kube-system/default-http-backend:http (instance group, HTTP)
    health check: GET /healthz on the serving port every 60 s, timeout 60 s,
      must answer 200 — it is the default backend of the system

front end
  HTTP     port 80
  HTTPS    off
`;

describe('renderExplainText', () => {
  it('tells the chain from host to health check', () => {
    const plan = planOf([shop(path('/', 'web')), service(NEG), deployment({ container: probe(8080) })], ADD_ON_ON);
    expect(renderExplainText([plan])).toBe(`Ingress shop/web
  class   gce
  served  yes. The annotation kubernetes.io/ingress.class is "gce", and the HTTP
          load balancing add-on is on (says the facts file).

host shop.example.com
  path /*
    Service web:http = 80 (NEG, HTTP)
      Deployment/web
      health check: GET /healthz on the serving port every 10 s, timeout 1 s,
        must answer 200 — the readiness probe of container "web" of
        Deployment/shop/web is adopted

${SYSTEM}
No problem found.
`);
  });

  it('marks each break at its place, says what to type, and where to mend at the end', () => {
    const objects = [
      shop(path('/', 'web'), path('/api', 'api'), path('/api*', 'api')),
      service(NEG),
      deployment({ container: probe(9090) }),
      service({ name: 'api' }),
    ];
    expect(renderExplainText([planOf(objects, ADD_ON_ON)])).toBe(`Ingress shop/web
  class   gce
  served  yes. The annotation kubernetes.io/ingress.class is "gce", and the HTTP
          load balancing add-on is on (says the facts file).

host shop.example.com
  path /*
    Service web:http = 80 (NEG, HTTP)
      Deployment/web
      health check: GET / on the serving port every 15 s, timeout 15 s, must
        answer 200 — the readiness probe of container "web" of
        Deployment/shop/web is not adopted: it is on port 9090, and the
        Service's targetPort is 8080
      ✗ C46: the readiness probe of container "web" of Deployment/shop/web is
        not used: it is on port 9090, and the Service's targetPort is 8080.
        Google checks GET /, which must answer 200.
        Do: Make it an httpGet probe on the Service's targetPort, or set
            spec.healthCheck in a BackendConfig
  path /api (left out)
    Service api:http = 80
      ✗ C6: Service shop/api is of type ClusterIP without NEGs; it must be
        NodePort or LoadBalancer, or have NEGs. The whole Ingress fails to
        translate.
        Do: kubectl annotate service api -n shop \\
            cloud.google.com/neg='{"ingress": true}'
  path /api* (left out)
    Service api:http = 80, as above

${SYSTEM}
2 problems, and where to mend them
  C46    Deployment/shop/web spec.template.spec.containers[0].readinessProbe
  C6     Service/shop/api spec.type
`);
  });

  it('shows every problem at some place', () => {
    const annotations = { 'kubernetes.io/ingress.allow-http': 'false' };
    const rules = [
      {
        host: 'a',
        http: {
          paths: [{ path: '/*', pathType: 'Exact', backend: { service: { name: 'web', port: { number: 80 } } } }],
        },
      },
      { host: 'a', http: { paths: [{ path: '/x*', backend: { service: { name: 'web', port: { number: 81 } } } }] } },
      { host: 'b' },
      { http: { paths: [{ path: '/', pathType: 'Prefix', backend: { resource: {} } }] } },
    ];
    const spec = { ingressClassName: 'gce', rules, defaultBackend: { resource: {} } };
    const plan = planOf([ingress({ annotations, spec }), service({ type: 'NodePort', neg: 'x' })]);
    const text = renderExplainText([plan]);
    expect(plan.problems.map(({ condition }) => condition).toSorted()).toEqual(
      ['C14', 'C2', 'C20', 'C3', 'C3', 'C35', 'C41', 'C43', 'C5'].toSorted(),
    );
    expect(text.split('✗').length - 1).toBe(plan.problems.length);
  });

  it('is at most 80 columns wide, and the same without the colours', () => {
    const plan = planOf([
      shop(path('/', 'web'), path('/api', 'api')),
      service(NEG),
      deployment({ container: probe(9) }),
    ]);
    const text = renderExplainText([plan]);
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
    const coloured = renderExplainText([plan], { hasColour: true });
    expect(coloured).not.toBe(text);
    expect(stripVTControlCharacters(coloured)).toBe(text);
  });

  it('keeps several plans apart, and says so where there is none', () => {
    const plan = planOf([ingress()]);
    expect(renderExplainText([plan, plan]).split('\n\n\n')).toHaveLength(2);
    expect(renderExplainText([])).toBe('There is no Ingress to explain.\n');
  });
});
