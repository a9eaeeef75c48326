// What is named and not among the files: neither silence nor an error, unless somebody says that the files are all there is.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { ingress, type RawObject, service } from '../support/objects.ts';
import { check, directoryOf, run, unwrapped } from './support.ts';

const ON = ['--facts', 'examples/addon-on.yaml'];
const TITLE = 'Named, but not among the files, so not looked at';

/** One object that names, and what it names: one of each kind that is followed. */
const INGRESS = ingress({
  namespace: 'shop',
  class: 'gce',
  annotations: {
    'networking.gke.io/v1beta1.FrontendConfig': 'front',
    'networking.gke.io/managed-certificates': 'managed',
  },
  spec: {
    tls: [{ secretName: 'tls' }],
    defaultBackend: { service: { name: 'web', port: { number: 80 } } },
    rules: [
      {
        http: {
          paths: [
            {
              path: '/*',
              pathType: 'ImplementationSpecific',
              backend: { service: { name: 'api', port: { number: 80 } } },
            },
          ],
        },
      },
    ],
  },
});
const WEB = service({
  namespace: 'shop',
  name: 'web',
  type: 'NodePort',
  annotations: { 'cloud.google.com/backend-config': '{"default":"config"}' },
  ports: [{ port: 80, targetPort: 8080 }],
  spec: { selector: { app: 'web' } },
});
const POD: RawObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'shop', labels: { app: 'web' } },
  spec: {
    containers: [
      {
        name: 'web',
        image: 'ghcr.io/acme/web:1',
        ports: [{ containerPort: 8080 }],
        envFrom: [{ configMapRef: { name: 'settings' } }],
        env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'one', key: 'a' } } }],
      },
    ],
  },
};
const IAP: RawObject = {
  apiVersion: 'cloud.google.com/v1',
  kind: 'BackendConfig',
  metadata: { name: 'config', namespace: 'shop' },
  spec: { iap: { enabled: true, oauthclientCredentials: { secretName: 'oauth' } } },
};

function files(...objects: readonly RawObject[]): string {
  return join(directoryOf({ 'all.yaml': objects.map((object) => stringify(object)).join('---\n') }), 'all.yaml');
}

function elsewhereOf(kind: string, name: string, apiVersion: string): RawObject {
  return { apiVersion, kind, metadata: { name, namespace: 'infra' }, spec: { ports: [{ port: 80 }] } };
}

describe('every kind of reference', () => {
  it('is listed once at the end, with who names it, and nothing is an error', async () => {
    const { code, out } = await run(['check', files(INGRESS, WEB, POD), ...ON]);
    expect(code).toBe(0);
    expect(out).not.toContain('error:');
    expect(out.slice(out.indexOf('asks the cluster):')).split('\n').slice(1, 9)).toEqual([
      '    Service/shop/api (by Ingress/shop/web)',
      '    FrontendConfig/shop/front (by Ingress/shop/web)',
      '    Secret/shop/tls (by Ingress/shop/web)',
      '    ManagedCertificate/shop/managed (by Ingress/shop/web)',
      '    BackendConfig/shop/config (by Service/shop/web)',
      '    ConfigMap/shop/one (by Pod/shop/web)',
      '    ConfigMap/shop/settings (by Pod/shop/web)',
      '',
    ]);
  });

  it('of a BackendConfig too', async () => {
    const { out } = await run(['check', files(INGRESS, WEB, IAP), ...ON]);
    expect(out).toContain('    Secret/shop/oauth (by BackendConfig/shop/config)\n');
  });

  it('stands in the JSON', async () => {
    const path = files(INGRESS, elsewhereOf('Service', 'api', 'v1'));
    const { out } = await run(['check', path, '--format=json', ...ON]);
    expect(JSON.parse(out)).toMatchObject({
      unseen: [
        {
          object: { kind: 'Service', namespace: 'shop', name: 'api' },
          namedBy: { kind: 'Ingress', namespace: 'shop', name: 'web' },
          elsewhere: ['infra'],
        },
        { object: { kind: 'Service', namespace: 'shop', name: 'web' } },
        { object: { kind: 'FrontendConfig' } },
        { object: { kind: 'Secret' } },
        { object: { kind: 'ManagedCertificate' } },
      ],
    });
  });

  it('is an error or a warning where the files are all there is', async () => {
    const path = files(INGRESS, WEB, POD);
    const { document } = await check('', [path], ['--complete', ...ON]);
    expect(document.findings.map(({ rule, severity }) => `${severity} ${rule}`)).toEqual(
      expect.arrayContaining([
        'error backend-service-missing',
        'error tls-secret-missing',
        'error backend-config-missing',
        'warning frontend-config-missing',
        'warning managed-certificate-problem',
      ]),
    );
    expect(JSON.stringify(document)).toContain('"unseen":[]');
  });

  it('is a question in what explain shows, and never "No problem found."', async () => {
    const { out } = await run(['explain', '-f', files(INGRESS, WEB, POD), ...ON]);
    expect(out).toContain('? Service api:80\n      not among the objects that are known here\n');
    for (const name of ['FrontendConfig front', 'Secret tls', 'ManagedCertificate managed', 'BackendConfig config']) {
      expect(out).toContain(`? ${name}, not known here\n`);
    }
    expect(out).toContain('? ConfigMap settings, not known here (named by Pod/shop/web)\n');
    const alone = ingress({
      class: 'gce',
      spec: { tls: [{ secretName: 'tls' }], defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
    });
    const plain = service({ type: 'NodePort', ports: [{ port: 80 }] });
    expect((await run(['explain', '-f', files(alone, plain), ...ON])).out).toContain(
      'No problem found in what is known here; "?" marks what is not.',
    );
  });
});

describe('the same name in another namespace', () => {
  const others = [
    elsewhereOf('Service', 'api', 'v1'),
    elsewhereOf('BackendConfig', 'config', 'cloud.google.com/v1'),
    elsewhereOf('FrontendConfig', 'front', 'networking.gke.io/v1beta1'),
    elsewhereOf('ManagedCertificate', 'managed', 'networking.gke.io/v1'),
    elsewhereOf('Secret', 'tls', 'v1'),
  ];
  const SENTENCES = [
    'Service api exists in namespace infra; an Ingress reaches its own namespace only',
    'BackendConfig config exists in namespace infra; a Service reaches its own namespace only',
    'FrontendConfig front exists in namespace infra; an Ingress reaches its own namespace only',
    'ManagedCertificate managed exists in namespace infra; an Ingress reaches its own namespace only',
    'Secret tls exists in namespace infra; an Ingress reaches its own namespace only',
  ];

  it.each(SENTENCES)('is said beside what is not among the files: %s', async (sentence) => {
    const { out } = await run(['check', files(INGRESS, WEB, ...others), ...ON]);
    expect(unwrapped(out)).toContain(`). ${sentence}`);
  });

  it.each(SENTENCES)('is said in `elsewhere` of the finding: %s', async (sentence) => {
    const { out } = await run(['check', files(INGRESS, WEB, ...others), '--complete', ...ON]);
    expect(unwrapped(out)).toContain(` Elsewhere: ${sentence}. Fix: `);
  });

  it('is said by explain', async () => {
    const { out } = await run(['explain', '-f', files(INGRESS, WEB, ...others), ...ON]);
    expect(out.replaceAll(/\s+/g, ' ')).toContain(SENTENCES[0]);
    expect(out.replaceAll(/\s+/g, ' ')).toContain(`? Secret tls, not known here. ${SENTENCES[4]}`);
  });
});

describe('what absence means', () => {
  it('never that a Secret is missing because another one is among the files', async () => {
    const other = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'other', namespace: 'shop' }, data: {} };
    const { document, out } = await check('', [files(INGRESS, other)], ON);
    expect(document.findings).toEqual([]);
    expect(out).toContain('"name": "tls"');
  });

  it('nothing where a file could not be read, --complete or not', async () => {
    const root = directoryOf({ 'a.yaml': stringify(INGRESS), 'b.yaml': 'kind: Service\n  broken: [' });
    const { code, document } = await check(root, ['.'], ['--complete', ...ON]);
    expect(code).toBe(2);
    expect(document.findings).toEqual([]);
    expect(JSON.stringify(document)).toContain(
      '"unseen":[{"object":{"kind":"Service","namespace":"shop","name":"api"}',
    );
  });
});

describe('-n', () => {
  const nameless = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web' },
    spec: { type: 'NodePort', ports: [{ port: 80 }] },
  };
  const named = ingress({
    namespace: 'shop',
    class: 'gce',
    spec: { defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
  });

  it('is the namespace of objects that do not say theirs', async () => {
    const path = files(nameless, named);
    expect((await run(['check', path, ...ON])).out).toContain('Service/shop/web (by Ingress/shop/web)');
    expect((await run(['check', path, '-n', 'shop', ...ON])).out).not.toContain(TITLE);
    expect(unwrapped((await run(['check', path, '--namespace=other', ...ON])).out)).toContain(
      'exists in namespace other',
    );
  });

  it('is so for explain too', async () => {
    const { out } = await run(['explain', '-n', 'shop', '-f', files(nameless, named), ...ON]);
    expect(out).toContain('  Service web:80 (');
    expect(out).not.toContain('? Service web');
  });
});
