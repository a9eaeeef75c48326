// Servers by configuration file, from Debian: what their ConfigMap says is what they run.
import { join } from 'node:path';
import type { AppPod } from '../../apps/cases.ts';
import { debianRoot } from '../install.ts';
import type { Place, RealApp } from '../real-app.ts';

const PACKAGES = [
  ...['nginx', 'apache2-bin', 'haproxy', 'caddy', 'prometheus'],
  // What they link against and a slim image lacks.
  ...['libapr1', 'libaprutil1', 'liblua5.3-0', 'libopentracing-c-wrapper0', 'libopentracing1'],
];

export function debian(): { readonly path: (file: string) => string; readonly env: Readonly<Record<string, string>> } {
  const root = debianRoot(PACKAGES);
  return { path: (file) => join(root, file), env: { LD_LIBRARY_PATH: join(root, 'usr/lib/x86_64-linux-gnu') } };
}

type Expected = Pick<RealApp, 'answers' | 'missed' | 'alarms'>;

/** Its ports are in the text: 80 becomes the one on which it listens here. */
const ported = (text: string, { port }: Place): string => text.replaceAll(/\b80\b(?!\d)/g, `127.0.0.1:${port}`);

function nginx(name: string, conf: string, expected: Expected): RealApp {
  const pod: AppPod = { image: 'docker.io/library/nginx:1.22.1', mounted: { 'default.conf': conf } };
  return {
    ...expected,
    name: `nginx 1.22.1, ${name}`,
    pod,
    port: 80,
    start: (place) => {
      place.write('default.conf', ported(conf, place));
      const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((one) => `${one}_temp_path ${one};`);
      const main = place.write(
        'nginx.conf',
        `daemon off; master_process off; pid nginx.pid; error_log stderr;
         events {} http { access_log off; ${temporary.join(' ')} include default.conf; }`,
      );
      const { path, env } = debian();
      const args = ['-p', place.directory, '-c', main, '-e', 'stderr'];
      return { command: path('usr/sbin/nginx'), args, env };
    },
  };
}

function httpd(name: string, conf: string, expected: Expected): RealApp {
  return {
    ...expected,
    name: `Apache httpd 2.4, ${name}`,
    pod: { image: 'docker.io/library/httpd:2.4', mounted: { 'httpd.conf': conf } },
    port: 80,
    start: (place) => {
      const { path, env } = debian();
      const modules = ['mpm_event', 'authz_core', 'alias', 'rewrite', 'dir'].map(
        (one) => `LoadModule ${one}_module ${path(`usr/lib/apache2/modules/mod_${one}.so`)}`,
      );
      place.write('index.html', 'hello');
      const main = [
        `ServerRoot ${place.directory}`,
        'PidFile httpd.pid',
        // Its standard error is a socket here, which it cannot open by name.
        'ErrorLog error.log',
        'ServerName localhost',
        ...modules,
        `DocumentRoot ${place.directory}`,
        'DirectoryIndex index.html',
        ported(conf, place),
      ].join('\n');
      return { command: path('usr/sbin/apache2'), args: ['-X', '-f', place.write('httpd.conf', main)], env };
    },
  };
}

function haproxy(name: string, conf: string, expected: Expected): RealApp {
  return {
    ...expected,
    name: `HAProxy 2.6, ${name}`,
    pod: { image: 'docker.io/library/haproxy:2.6', mounted: { 'haproxy.cfg': conf } },
    port: 80,
    start: (place) => {
      const { path, env } = debian();
      const main = place.write('haproxy.cfg', `defaults\n  mode http\n  timeout client 5s\n${ported(conf, place)}\n`);
      return { command: path('usr/sbin/haproxy'), args: ['-db', '-f', main], env };
    },
  };
}

function caddy(name: string, conf: string, expected: Expected): RealApp {
  return {
    ...expected,
    name: `Caddy 2.6, ${name}`,
    pod: { image: 'docker.io/library/caddy:2.6', mounted: { Caddyfile: conf } },
    port: 80,
    start: (place) => {
      const { path, env } = debian();
      const options = `{\n  http_port ${place.port}\n  https_port ${place.spare}\n  admin off\n  local_certs\n  skip_install_trust\n}\n`;
      const main = place.write('Caddyfile', options + conf.replaceAll(':80', `:${place.port}`));
      return { command: path('usr/bin/caddy'), args: ['run', '--config', main, '--adapter', 'caddyfile'], env };
    },
  };
}

const TO_HTTPS = 'return 301 https://$host$request_uri;';
const FOR_HTTP = 'RewriteCond %{HTTP:X-Forwarded-Proto}';

export const WEB_SERVERS: readonly RealApp[] = [
  nginx('plain', 'server { listen 80; location / { return 200 ok; } }', { answers: { '/': '200' } }),
  nginx('all to HTTPS', `server {\n  listen 80;\n  ${TO_HTTPS}\n}`, {
    answers: { '/': '301 https', '/healthz': '301 https' },
  }),
  nginx(
    'all to HTTPS but one path',
    `server {\n  listen 80;\n  location = /healthz { return 200; }\n  location / { ${TO_HTTPS} }\n}`,
    { answers: { '/': '301 https', '/healthz': '200' } },
  ),
  nginx(
    'only who came over http to HTTPS',
    `server {\n  listen 80;\n  if ($http_x_forwarded_proto = "http") {\n    ${TO_HTTPS}\n  }\n  location / { return 200 ok; }\n}`,
    { answers: { '/': '200' } },
  ),
  nginx(
    'who did not come over https to HTTPS',
    `server {\n  listen 80;\n  if ($http_x_forwarded_proto != "https") {\n    ${TO_HTTPS}\n  }\n  location / { return 200 ok; }\n}`,
    { answers: { '/': '301 https' } },
  ),
  httpd('plain', 'Listen 80', { answers: { '/': '200', '/missing': '404' }, missed: { '/missing': 'its files' } }),
  httpd('RewriteRule', 'Listen 80\nRewriteEngine On\nRewriteRule ^(.*)$ https://%{HTTP_HOST}$1 [R=302,L]', {
    answers: { '/': '302 https' },
  }),
  httpd('Redirect to another host', 'Listen 80\nRedirect / https://shop.example.com/', {
    answers: { '/': '302 https' },
  }),
  httpd(
    'only who came over http',
    `Listen 80\nRewriteEngine On\n${FOR_HTTP} =http\nRewriteRule ^ https://%{HTTP_HOST}%{REQUEST_URI} [R=301,L]`,
    { answers: { '/': '200' } },
  ),
  haproxy('redirect scheme', 'frontend web\n  bind 80\n  http-request redirect scheme https unless { ssl_fc }', {
    answers: { '/': '302 https' },
  }),
  haproxy('an answer of its own', 'frontend web\n  bind 80\n  http-request return status 200', {
    answers: { '/': '200' },
  }),
  caddy('a port', ':80 {\n  respond "hello"\n}', { answers: { '/': '200' } }),
  caddy('the name of a host', 'shop.example.com {\n  respond "hello"\n}', { answers: { '/': '308 https' } }),
  caddy('the name of a host over http', 'http://shop.example.com {\n  respond "hello"\n}', { answers: { '/': '200' } }),
];
