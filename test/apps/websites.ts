// What people open in a browser.
import { type CasesById, httpProbe, httpsProbe } from './cases.ts';

export const WEBSITES: CasesById = {
  ghost: {
    is: {
      'with an https url': [
        { image: 'ghost:5.101-alpine', env: { url: 'https://blog.example.com' } },
        { '2368 /': '301 to HTTPS', '2368 /ghost/api/admin/site/': '301 to HTTPS' },
      ],
      'of bitnami, with the header that Google does not send': [
        {
          image: 'docker.io/bitnami/ghost:5.101.3-debian-12-r0',
          env: { GHOST_ENABLE_HTTPS: 'yes' },
          readinessProbe: {
            httpGet: { path: '/', port: 2368, httpHeaders: [{ name: 'x-forwarded-proto', value: 'https' }] },
          },
        },
        { '2368 /': '301 to HTTPS' },
      ],
      'mirrored with its library': [
        { image: 'mirror.example/hub/library/ghost:5', env: { url: 'https://blog.example.com' } },
        { '2368 /': '301 to HTTPS' },
      ],
      'on another port': [{ image: 'ghost:5.101' }, { '8080 /': 'nothing' }],
      'with an http url': [
        { image: 'ghost:5.101', env: { url: 'http://blog.example.com' } },
        { '2368 /': '200 unless the site is private' },
      ],
      'with the name in capitals, which it does not read': [
        { image: 'ghost:5.101', env: { URL: 'https://blog.example.com' } },
        { '2368 /': '200 unless the site is private' },
      ],
    },
    isNot: {
      'an app that has a url': { image: 'registry.example/acme/blog:1', env: { url: 'https://blog.example.com' } },
      'a ghost of somebody else': { image: 'acme/ghost:1', env: { url: 'https://blog.example.com' } },
      'a ghost in a private registry': { image: 'registry.example/ghost:1', env: { url: 'https://blog.example.com' } },
    },
  },
  wordpress: {
    is: {
      'of bitnami, with https': [
        { image: 'bitnami/wordpress:6.1.1', env: { WORDPRESS_SCHEME: 'https' } },
        { '8080 /': '301 to HTTPS', '8080 /wp-login.php': '302 to HTTPS', '8080 /license.txt': '200' },
      ],
      'as it comes': [
        { image: 'wordpress:6.7-apache' },
        {
          '80 /': '301 unless the address of the site is a bare IP',
          '80 /wp-login.php': 'nothing',
          '80 /wp-includes/images/blank.gif': '200',
        },
      ],
    },
    isNot: { 'the name elsewhere': { image: 'acme/wordpress:1', env: { WORDPRESS_SCHEME: 'https' } } },
  },
  nextcloud: {
    is: {
      'whose probe is not adopted': [
        { image: 'nextcloud:30.0.2-apache' },
        { '80 /': '400', '80 /status.php': 'nothing', '9000 /': 'nothing' },
      ],
    },
    isNot: { 'another part of it': { image: 'ghcr.io/nextcloud/notify_push:1.0.0' } },
  },
  discourse: {
    is: {
      'with https forced': [
        { image: 'bitnami/discourse:3.3.2', env: { DISCOURSE_FORCE_HTTPS: 'true' } },
        { '3000 /': '301 to HTTPS', '3000 /srv/status': 'nothing' },
      ],
      'as it comes': [
        { image: 'discourse/base:2.0.20241202', readinessProbe: httpProbe(3000, '/srv/status') },
        { '3000 /srv/status': '200', '3000 /': '200 unless a login is required' },
      ],
    },
    isNot: { 'the name elsewhere': { image: 'acme/discourse:1', env: { DISCOURSE_FORCE_HTTPS: 'true' } } },
  },
  odoo: {
    is: {
      'the stock Pod': [
        { image: 'odoo:17.0' },
        { '8069 /web/health': '200', '8069 /': '303 unless the module website is installed' },
      ],
    },
    isNot: { 'the name elsewhere': { image: 'acme/odoo:17' } },
  },
  mattermost: {
    is: {
      'the stock Pod': [
        { image: 'mattermost/mattermost-team-edition:10.2.0', readinessProbe: httpProbe(8065, '/api/v4/system/ping') },
        { '8065 /api/v4/system/ping': '200', '8065 /': '200' },
      ],
      'with TLS': [
        {
          image: 'mattermost/mattermost-enterprise-edition:10.2.0',
          env: { MM_SERVICESETTINGS_CONNECTIONSECURITY: 'TLS' },
        },
        { '8065 /api/v4/system/ping': '400 TLS only' },
      ],
    },
    isNot: { 'its push proxy': { image: 'mattermost/mattermost-push-proxy:6.2.0' } },
  },
  n8n: {
    is: {
      'the stock Pod': [
        { image: 'docker.n8n.io/n8nio/n8n:1.70.3', readinessProbe: httpProbe(5678, '/healthz') },
        { '5678 /healthz': '200', '5678 /': '200 unless N8N_PATH puts it below a path' },
      ],
      'with https and a key': [
        { image: 'n8nio/n8n:1.70.3', env: { N8N_PROTOCOL: 'https', N8N_SSL_KEY: '/tls.key' } },
        { '5678 /healthz': 'TLS only' },
      ],
      'with https in its links only': [
        { image: 'n8nio/n8n:1.70.3', env: { N8N_PROTOCOL: 'https' } },
        { '5678 /healthz': '200' },
      ],
    },
    isNot: { 'the name elsewhere': { image: 'acme/n8n:1' } },
  },
  whereami: {
    is: {
      whereami: [
        { image: 'us-docker.pkg.dev/google-samples/containers/gke/whereami:v1' },
        { '8080 /healthz': '200', '8080 /': '200' },
      ],
      'hello-app': [
        { image: 'us-docker.pkg.dev/google-samples/containers/gke/hello-app:1.0' },
        { '8080 /healthz': '200', '8080 /': '200' },
      ],
    },
    isNot: { 'another sample': { image: 'us-docker.pkg.dev/google-samples/containers/gke/hello-app-tls:1.0' } },
  },
  unifi: {
    is: {
      'the stock Pod': [
        { image: 'lscr.io/linuxserver/unifi-network-application:8.6.9', readinessProbe: httpsProbe(8443, '/status') },
        { '8443 /status': '400 TLS only', '8443 /': '400 TLS only', '8080 /': 'nothing' },
      ],
    },
    isNot: { 'its database': { image: 'mongo:7' } },
  },
};
