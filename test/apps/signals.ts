// What any program may show: each is said as possible only, and called what it is.
import { type CasesById, httpProbe } from './cases.ts';

const IMAGE = 'registry.example/acme/shop:1.4.2';
const EXEMPT = 'to HTTPS unless it exempts the path';
const HOSTS = "400 unless it takes the Pod's address as a Host too (some answer 403)";
const PROTO = 'to HTTPS unless it answers 200 without the header too';

function probeWith(name: string, value: string): AppProbe {
  return { httpGet: { path: '/healthz', port: 8080, httpHeaders: [{ name, value }] } };
}

type AppProbe = ReturnType<typeof httpProbe>;

export const SIGNALS: CasesById = {
  'signal-forwarded-proto': {
    is: {
      'a probe that says so': [
        { image: IMAGE, readinessProbe: probeWith('x-forwarded-proto', 'HTTPS') },
        { '8080 /': PROTO, '8080 /healthz': PROTO },
      ],
      'a known app that says nothing of the path': [
        { image: 'wordpress:6.7-apache', readinessProbe: probeWith('X-Forwarded-Proto', 'https') },
        { '80 /wp-login.php': PROTO },
      ],
      'another header of that meaning': [
        { image: IMAGE, readinessProbe: probeWith('X-Forwarded-Ssl', 'on') },
        { '8080 /': PROTO },
      ],
      'of http': [{ image: IMAGE, readinessProbe: probeWith('X-Forwarded-Proto', 'http') }, { '8080 /': 'nothing' }],
    },
    isNot: {
      'a probe without headers': { image: IMAGE, readinessProbe: httpProbe(8080) },
      'a variable of that name': { image: IMAGE, env: { X_FORWARDED_PROTO: 'https' } },
    },
  },
  'signal-force-https': {
    is: {
      FORCE_SSL: [
        { image: IMAGE, env: { FORCE_SSL: '1' } },
        { '3000 /': EXEMPT, '3000 /up': EXEMPT },
      ],
      'a longer name, and another spelling of true': [
        { image: IMAGE, env: { SHOP_ENFORCE_HTTPS: 'Yes' } },
        { '8080 /': EXEMPT },
      ],
      'switched off': [{ image: IMAGE, env: { FORCE_HTTPS: 'off' } }, { '8080 /': 'nothing' }],
      'from a Secret': [{ image: IMAGE, envFrom: [{ secretRef: { name: 'shop' } }] }, { '8080 /': 'nothing' }],
    },
    isNot: {
      'Rails, by a name of its own': { image: IMAGE, env: { FORCE_SSL: 'true', RAILS_ENV: 'production' } },
      'an app that is known by its image, and takes "true" only': {
        image: 'quay.io/argoproj/argocd:v3.4.5',
        args: ['argocd-server', '--insecure'],
        env: { FORCE_HTTPS: 'true' },
      },
      'a similar name': { image: IMAGE, env: { FORCED_SSL: 'true', SSL: 'true' } },
    },
  },
  'signal-allowed-hosts': {
    is: {
      'a list of names': [
        { image: IMAGE, env: { ALLOWED_HOSTS: 'shop.example.com' } },
        { '8080 /': HOSTS, '8080 /healthz': HOSTS },
      ],
      'a longer name': [
        { image: IMAGE, env: { SHOP_ALLOWED_HOSTS: 'shop.example.com,www.example.com' } },
        { '80 /': HOSTS },
      ],
      'every host': [{ image: IMAGE, env: { ALLOWED_HOSTS: '*' } }, { '8080 /': 'nothing' }],
      "with the Pod's address": [
        { image: IMAGE, env: { ALLOWED_HOSTS: 'shop.example.com,$(POD_IP)' } },
        { '8080 /': 'nothing' },
      ],
    },
    isNot: {
      Django: { image: IMAGE, env: { DJANGO_ALLOWED_HOSTS: 'shop.example.com' } },
      'an empty list': { image: IMAGE, env: { ALLOWED_HOSTS: '' } },
    },
  },
  'signal-web-config': {
    is: {
      'an exporter': [
        { image: IMAGE, args: ['--web.config.file=/etc/web.yml'] },
        { '9100 /': '401 unless the file sets no password; with TLS it is 400' },
      ],
      'an empty flag': [{ image: IMAGE, args: ['--web.config.file='] }, { '9100 /': 'nothing' }],
    },
    isNot: { Prometheus: { image: 'prom/prometheus:v2.55.0', args: ['--web.config.file=/etc/web.yml'] } },
  },
  'signal-web-server': {
    is: {
      'nginx that sends all to HTTPS': [
        {
          image: 'nginx:1.27',
          mounted: { 'default.conf': 'server {\n  listen 80;\n  return 301 https://$host$request_uri;\n}' },
        },
        { '80 /': '301 to HTTPS unless another server block answers this port' },
      ],
      'nginx below a location': [
        { image: IMAGE, mounted: { 'a.conf': 'server {\n  location / { return 308 https://shop.example.com; }\n}' } },
        { '8080 /x': '301 to HTTPS unless another server block answers this port' },
      ],
      'nginx by rewrite': [
        { image: 'nginx:1.27', mounted: { 'a.conf': 'rewrite ^ https://$host$request_uri permanent;' } },
        { '80 /': '301 to HTTPS unless another server block answers this port' },
      ],
      'nginx that names the path': [
        {
          image: 'nginx:1.27',
          mounted: { 'a.conf': 'location = /healthz { return 200; }\nlocation / { return 301 https://$host; }' },
        },
        { '80 /healthz': 'nothing', '80 /': '301 to HTTPS unless another server block answers this port' },
      ],
      'nginx that sends only who came over http, which Google does not say': [
        {
          image: 'nginx:1.27',
          mounted: { 'a.conf': 'if ($http_x_forwarded_proto = "http") {\n  return 301 https://$host$request_uri;\n}' },
        },
        { '80 /': 'nothing' },
      ],
      'nginx, switched off by a comment': [
        { image: 'nginx:1.27', mounted: { 'a.conf': '# return 301 https://$host;' } },
        { '80 /': 'nothing' },
      ],
      'Apache by RewriteRule': [
        {
          image: 'httpd:2.4',
          mounted: { 'httpd.conf': 'RewriteEngine On\nRewriteRule ^(.*)$ https://%{HTTP_HOST}$1 [R=302,L]' },
        },
        { '80 /': '302 to HTTPS unless another virtual host answers this port' },
      ],
      'Apache by Redirect': [
        { image: 'httpd:2.4', mounted: { 'httpd.conf': 'Redirect permanent / https://shop.example.com/' } },
        { '80 /': '302 to HTTPS unless another virtual host answers this port' },
      ],
      HAProxy: [
        {
          image: 'haproxy:3.0',
          mounted: {
            'haproxy.cfg': 'frontend web\n  bind :80\n  http-request redirect scheme https unless { ssl_fc }',
          },
        },
        { '80 /': '302 to HTTPS unless another front end answers this port' },
      ],
      Caddy: [
        { image: 'caddy:2', mounted: { Caddyfile: 'shop.example.com {\n  respond "hello"\n}' } },
        { '80 /': '308 to HTTPS unless another site answers this port' },
      ],
      'Caddy on a port': [
        { image: 'caddy:2', mounted: { Caddyfile: ':80 {\n  respond "hello"\n}' } },
        { '80 /': 'nothing' },
      ],
      'Caddy over plain HTTP': [
        { image: 'caddy:2', mounted: { Caddyfile: 'http://shop.example.com {\n  respond "hello"\n}' } },
        { '80 /': 'nothing' },
      ],
    },
    isNot: {
      'a server whose configuration is in its image': { image: 'nginx:1.27' },
      'a file of another program': {
        image: IMAGE,
        mounted: { 'app.yaml': 'url: https://shop.example.com\nreturn: 301' },
      },
    },
  },
};
