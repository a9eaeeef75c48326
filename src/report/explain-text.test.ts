import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { explainOnly } from '../../test/support/explain-file.ts';
import { ADD_ON_ON } from '../../test/support/facts.ts';
import { deployment, ingress, type RawObject, service } from '../../test/support/objects.ts';
import { renderExplainText } from './explain-text.ts';

const probe = (port: number): RawObject => ({
  readinessProbe: { httpGet: { path: '/healthz', port } },
  lifecycle: { preStop: { sleep: { seconds: 20 } } },
});
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
    const plan = explainOnly([shop(path('/', 'web')), service(NEG), deployment({ container: probe(8080) })], ADD_ON_ON);
    expect(renderExplainText([plan])).toBe(`Ingress shop/web
  class   gce
  served  yes. The annotation kubernetes.io/ingress.class is "gce", and the HTTP
          load balancing add-on is on (says the facts file).

host shop.example.com
  path /*
    Service web:http = 80 (NEG, HTTP)
      the NEG annotation is there
      Deployment/web
      health check: GET /healthz on the serving port every 10 s, timeout 1 s,
        must answer 200 — the readiness probe of container "web" of
        Deployment/shop/web is adopted
      settings: timeout 30 s, no session affinity, IAP off, no Cloud Armor, CDN
        off, logging 100 % of requests

${SYSTEM}
No problem found.
`);
  });

  it('marks each break at its place, says what to type, and where to change it at the end', () => {
    const objects = [
      shop(path('/', 'web'), path('/api', 'api'), path('/api*', 'api')),
      service(NEG),
      deployment({ container: probe(9090) }),
      service({ name: 'api' }),
    ];
    expect(renderExplainText([explainOnly(objects, ADD_ON_ON)])).toBe(`Ingress shop/web
  class   gce
  served  yes. The annotation kubernetes.io/ingress.class is "gce", and the HTTP
          load balancing add-on is on (says the facts file).

host shop.example.com
  path /*
    Service web:http = 80 (NEG, HTTP)
      the NEG annotation is there
      Deployment/web
      health check: GET / on the serving port every 15 s, timeout 15 s, must
        answer 200 — the readiness probe of container "web" of
        Deployment/shop/web is not adopted: it is on port 9090, and the
        Service's targetPort is 8080
      settings: timeout 30 s, no session affinity, IAP off, no Cloud Armor, CDN
        off, logging 100 % of requests
      ✗ warning: C46, a readiness probe that is not used [probe-not-adopted]
        Google checks GET / on port 8080 every 15 s, not the readiness probe of
        "web": it is on port 9090, and the Service's targetPort is 8080. Behind
        Ingress "web" only the status 200 passes.
        Fix: Let the probe ask port 8080, or set spec.healthCheck in a
            BackendConfig
  path /api (left out)
    Service api:http = 80
      the NEG annotation is not there, and GKE does not add it later
      ✗ error: C6, neither a NEG nor a node port [cluster-ip-without-neg]
        it is of type ClusterIP and without NEGs, so the whole of Ingress "web"
        fails to translate.
        Fix: Set cloud.google.com/neg: '{"ingress": true}', or set spec.type:
            NodePort
  path /api* (left out)
    ✗ error: C15, a Prefix path is empty or has a wildcard [path-invalid]
      path "/api*" of host "shop.example.com" is of type Prefix and has a "*",
      so the whole Ingress fails to translate.
      Fix: Write the path without "*"
    Service api:http = 80, as above

${SYSTEM}
2 errors, 1 warning. Where to change it:
  C15  Ingress/shop/web spec.rules[0].http.paths[2].path [path-invalid]
  C46  Deployment/shop/web spec.template.spec.containers[0].readinessProbe
       [probe-not-adopted]
  C6   Service/shop/api metadata.annotations [cluster-ip-without-neg]
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
    const spec = { rules, defaultBackend: { resource: {} } };
    const objects = [ingress({ class: 'gce', annotations, spec }), service({ type: 'NodePort', neg: 'x' })];
    const plan = explainOnly(objects, ADD_ON_ON);
    const text = renderExplainText([plan]);
    expect(plan.findings.map(({ finding }) => finding.condition).toSorted()).toEqual(
      ['C14', 'C20', 'C3', 'C3', 'C35', 'C41', 'C43', 'C5', 'G1'].toSorted(),
    );
    expect(text.split(/[✗•]/).length - 1).toBe(plan.findings.length);
  });

  it('is at most 80 columns wide, and the same without the colours', () => {
    const plan = explainOnly([
      shop(path('/', 'web'), path('/api', 'api')),
      service(NEG),
      deployment({ container: probe(9) }),
    ]);
    const text = renderExplainText([plan]);
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
    const coloured = renderExplainText([plan], true);
    expect(coloured).not.toBe(text);
    expect(stripVTControlCharacters(coloured)).toBe(text);
  });

  it('keeps several plans apart, and says so where there is none', () => {
    const plan = explainOnly([ingress()]);
    // The table, and each.
    expect(renderExplainText([plan, plan]).split('\n\n\n')).toHaveLength(3);
    expect(renderExplainText([])).toBe('There is no Ingress to explain.\n');
  });
});
