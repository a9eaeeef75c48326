// Where the configuration of a web server is not read as the whole of what answers.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Workload } from '../src/kubernetes/objects.ts';
import { createSnapshot } from '../src/snapshot/snapshot.ts';
import type { Configured } from './apps/configurations.ts';
import { answerConfigured, apps, dataOf, podOf } from './support/configured-pods.ts';
import { parsed } from './support/corridor.ts';
import { configMap, type RawObject } from './support/objects.ts';

describe('it is certain of nothing', () => {
  const ALL: Configured = {
    server: 'nginx',
    name: 'all',
    files: { 'conf.d/default.conf': 'server {\n  listen 80;\n  return 301 https://$host$request_uri;\n}' },
    answers: {},
  };
  const SITE: Configured = {
    server: 'caddy',
    name: 'a site',
    files: { Caddyfile: 'shop.example.com {\n  respond "x"\n}' },
    answers: {},
  };
  const unlessOf = (configured: Configured, more: RawObject): string | undefined =>
    answerConfigured(configured, '/', more)?.unless;
  const at = (...paths: readonly string[]): RawObject => ({
    volumeMounts: [
      { name: 'files', mountPath: '/etc/nginx/conf.d' },
      ...paths.map((mountPath) => ({ name: 'other', mountPath })),
    ],
  });

  it('but of what the configuration says, where all is as the image has it', () => {
    expect(answerConfigured(ALL, '/')).toEqual({
      app: 'signal-web-server',
      name: 'this server (default.conf of ConfigMap "files")',
      status: 301,
      redirectsToHttps: true,
      redirectsTo: 'sameHost',
      fix: 'Let one path answer 200 over HTTP, before the redirect.',
      source: 'signal',
      unless: undefined,
    });
    expect(answerConfigured(SITE, '/')).toMatchObject({ status: 308, unless: undefined });
    for (const more of [
      { args: ['nginx', '-g', 'daemon off;'] },
      { command: ['nginx'], args: ['-g', 'daemon off;'] },
      { image: 'mirror.example/dockerhub/library/nginx:1.27' },
      { image: 'nginxinc/nginx-unprivileged:1.27' },
      at('/usr/share/nginx/html', '/var/cache/nginx'),
    ])
      expect(answerConfigured(ALL, '/', more), JSON.stringify(more)).toMatchObject({ status: 301, unless: undefined });
  });

  it.each([
    ['in an image of its own', { image: 'registry.example/acme/web:1' }],
    ['in a flattened mirror', { image: 'registry.example/nginx:1' }],
    ['with a command of its own', { command: ['sh', '-c', 'sed -i s/80/81/ /etc/nginx/conf.d/*; nginx'] }],
    ['with another configuration', { args: ['nginx', '-c', '/etc/nginx/other.conf'] }],
    ['with templates', at('/etc/nginx/templates')],
    ['with scripts of the entrypoint', at('/docker-entrypoint.d')],
    ['beside what is no ConfigMap', at('/etc/nginx/conf.d/tls.conf')],
    [
      'below what is no ConfigMap',
      {
        volumeMounts: [
          { name: 'files', mountPath: '/etc/nginx/conf.d' },
          { name: 'other', mountPath: '/etc/nginx/nginx.conf' },
        ],
      },
    ],
    [
      'beside the file of the image',
      { volumeMounts: [{ name: 'files', mountPath: '/etc/nginx/conf.d/shop.conf', subPath: 'default.conf' }] },
    ],
    ['where nginx does not look', { volumeMounts: [{ name: 'files', mountPath: '/srv' }] }],
  ])('%s', (_, more) => {
    expect(unlessOf(ALL, more as RawObject)).toBe('another server block answers this port');
  });

  it('in place of the one file of the image it is', () => {
    const more = {
      volumeMounts: [{ name: 'files', mountPath: '/etc/nginx/conf.d/default.conf', subPath: 'default.conf' }],
    };
    expect(answerConfigured(ALL, '/', more)?.unless).toBeUndefined();
  });

  it.each([
    ['a directive that is not known here', 'rewrite_by_lua_block { ngx.exit(200) }'],
    ['a module', 'js_content answers;'],
    ['an include of what is not seen', 'include /etc/shop/*.conf;'],
    ['an include of a file that is not there', 'include snippets/tls.conf;'],
    ['a rewrite that is not followed', 'rewrite ^/(.+)-(.+)$ /$2 break;'],
    ['a condition that is not followed', 'if ($cookie_a) { return 200; }'],
    ['a condition with more than a return', 'if ($scheme = http) { add_header X-A b; }'],
  ])('after %s', (_, directive) => {
    const redirect = '\n  return 301 https://$host$request_uri;\n';
    const files = { 'conf.d/default.conf': `server {\n  listen 80;\n  ${directive}${redirect}}` };
    expect(answerConfigured({ ...ALL, files }, '/')?.unless).toBe('another server block answers this port');
  });

  it.each([
    ['the address of one interface', 'listen 10.0.0.1:80;'],
    ['TLS', 'listen 80 ssl;'],
    ['the protocol of a proxy', 'listen 80 proxy_protocol;'],
    ['IPv6 only', 'listen [::]:80;'],
    ['nothing that is said', ''],
    ['another port', 'listen 8080;'],
  ])('of %s', (_, listen) => {
    const files = { 'conf.d/default.conf': `server {\n  ${listen}\n  return 301 https://$host$request_uri;\n}` };
    expect(answerConfigured({ ...ALL, files }, '/')?.unless).toBe('another server block answers this port');
  });

  it('of a ConfigMap that is not seen, has no such file or has files that are no text', () => {
    const pod = parsed(podOf(ALL)) as Workload;
    const [container] = pod.containers;
    if (container === undefined) throw new TypeError('the workload has a container');
    const asked = { port: 80, path: '/', host: '' };
    expect(apps.answerOf(pod, container, asked, createSnapshot([], 'nothing'))).toBeUndefined();
    expect(answerConfigured(ALL, '/', {}, { other: 'x' })).toBeUndefined();
    const binary = { ...configMap({ name: 'files', data: dataOf(ALL) }), binaryData: { 'shop.conf': 'AAAA' } };
    const snapshot = createSnapshot([parsed(binary)], 'nothing');
    expect(apps.answerOf(pod, container, asked, snapshot)?.unless).toBe('another server block answers this port');
  });

  it.each([
    ['an import', 'shop.example.com {\n  import common\n}'],
    ['a variable of the environment', 'shop.example.com:{$PORT} {\n  respond "x"\n}'],
    [
      'an option that is not known here',
      '{\n  servers {\n    protocols h1\n  }\n}\n\nshop.example.com {\n  respond "x"\n}',
    ],
  ])('of a Caddyfile with %s', (_, Caddyfile) => {
    const answer = answerConfigured({ ...SITE, files: { Caddyfile } }, '/');
    expect(answer === undefined || answer.unless !== undefined).toBe(true);
  });

  it.each([
    ['a rule of the defaults', 'defaults\n  mode http\n  monitor-uri /\n'],
    ['a mode that is not HTTP', 'defaults\n  mode tcp\n'],
    ['a program of its own', 'global\n  lua-load /a.lua\ndefaults\n  mode http\n'],
    ['a variable of the environment', 'defaults\n  mode http\n  log "$LOG" local0\n'],
    ['a page for the answer', 'defaults\n  mode http\n  errorfile 403 /a.http\n'],
    ['rules of connections', 'defaults\n  mode http\n', '  tcp-request connection reject\n'],
    [
      'a header that another rule makes',
      'defaults\n  mode http\n',
      '  http-request set-header X-Forwarded-Proto https\n',
      'unless { hdr(X-Forwarded-Proto) https }',
    ],
    ['TLS', 'defaults\n  mode http\n', '  bind :80 ssl crt /a.pem\n'],
    ['a second front end of the port', 'defaults\n  mode http\n\nfrontend other\n  bind :80\n'],
  ])('of haproxy.cfg with %s', (_, before, more = '', condition = '') => {
    const text = `${before}\nfrontend web\n  bind :80\n${more}  http-request redirect scheme https ${condition}\n`;
    const configured: Configured = { server: 'haproxy', name: '', files: { 'haproxy.cfg': text }, answers: {} };
    expect(answerConfigured(configured, '/')?.unless).toBe('another front end answers this port');
  });

  it('and says nothing at all where an upstream answers, whatever a line says of other paths', () => {
    const files = {
      'conf.d/default.conf':
        'server {\n  listen 80;\n  location / { proxy_pass http://app; }\n  location /old { return 301 https://shop.example.com/; }\n}',
    };
    expect(answerConfigured({ ...ALL, files }, '/')).toBeUndefined();
    expect(answerConfigured({ ...ALL, files }, '/old')).toMatchObject({
      status: 301,
      redirectsTo: 'otherHost',
      unless: undefined,
    });
  });
});

describe('any text', () => {
  const piece = fc.constantFrom(
    ...[
      'server',
      'location',
      'listen',
      'return',
      'if',
      'include',
      '{',
      '}',
      ';',
      '"',
      "'",
      '#',
      '\\',
      '\n',
      ' ',
      '80',
      '/',
      '~',
    ],
    ...[
      '301',
      'https://$host',
      '($scheme',
      '=',
      'http)',
      'redir',
      'respond',
      'handle',
      ':80',
      'shop.example.com',
      'frontend a\n',
      'bind :80\n',
      'http-request',
      'unless',
      'ssl_fc',
      '@a',
      '*',
      '(',
      '$a',
    ],
  );

  it('is read without an error, and in one go', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const text = pieces.join(' ');
        for (const server of ['nginx', 'caddy', 'haproxy'] as const) {
          const name = { nginx: 'conf.d/default.conf', caddy: 'Caddyfile', haproxy: 'haproxy.cfg' }[server];
          const configured: Configured = { server, name: '', files: { [name]: text }, answers: {} };
          const { status = 200 } = answerConfigured(configured, '/healthz') ?? {};
          expect(status).toBeGreaterThanOrEqual(200);
        }
      }),
    );
  });
});
