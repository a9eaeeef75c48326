// What real programs answered, each run on loopback and asked as Google's health check asks: GET, HTTP/1.1, user agent
// GoogleHC/1.0, Host an IP address, no Accept, nothing followed. The catalogue has to agree with every row
// (src/policy/measured-apps.test.ts); those that registries carry are asked again by `npm run test:apps`.
import type { AppPod } from './cases.ts';

export interface Measured {
  /** Of the catalogue. */
  readonly app: string;
  readonly version: string;
  /** The Pod that starts the program so. */
  readonly pod: AppPod;
  /** From "PORT PATH" to what came back: the status; "301 https" where Location is https. */
  readonly answers: Readonly<Record<string, string>>;
}

const OAUTH2_PROXY = 'quay.io/oauth2-proxy/oauth2-proxy:v7.15.6';
const PROMETHEUS = 'docker.io/prom/prometheus:v2.42.0';
const ARGO_CD = 'quay.io/argoproj/argocd:v3.6.0';
const KEYCLOAK = 'quay.io/keycloak/keycloak:26.7.3';
const INFLUXDB = 'docker.io/library/influxdb:1.6.7';
const SUPERSET = 'docker.io/apache/superset:6.1.0';
const CONFIG = '--config.file=/etc/prometheus/prometheus.yml';
const EXTERNAL = '--web.external-url=https://x.example.com/prometheus';
const PROXIED = ['--provider=github', '--email-domain=*', '--upstream=static://200', '--http-address=0.0.0.0:4180'];

const prometheus = (args: readonly string[], answers: Measured['answers'], mounted?: AppPod['mounted']): Measured => ({
  app: 'prometheus',
  version: '2.42.0',
  pod: { image: PROMETHEUS, args: [CONFIG, ...args], ...(mounted === undefined ? {} : { mounted }) },
  answers,
});

const oauth2Proxy = (args: readonly string[], answers: Measured['answers']): Measured => ({
  app: 'oauth2-proxy',
  version: '7.15.6',
  pod: { image: OAUTH2_PROXY, args: [...PROXIED, ...args] },
  answers,
});

const argoCd = (pod: AppPod, answers: Measured['answers']): Measured => ({
  app: 'argocd-server',
  version: '3.6.0',
  pod: { image: ARGO_CD, args: ['/usr/local/bin/argocd-server'], ...pod },
  answers,
});

const keycloak = (env: AppPod['env'], command: string, answers: Measured['answers']): Measured => ({
  app: 'keycloak',
  version: '26.7.3',
  pod: { image: KEYCLOAK, args: [command], env: env ?? {} },
  answers,
});

/** Written by its team, which the guard knows by its variables. */
const shop = (
  app: 'rails' | 'spring-boot',
  version: string,
  env: Readonly<Record<string, string>>,
  answers: Measured['answers'],
): Measured => ({ app, version, pod: { image: 'registry.example/acme/shop:1.4.2', env }, answers });

const springBoot = (env: Readonly<Record<string, string>>, answers: Measured['answers']): Measured =>
  shop('spring-boot', '4.1.2', env, answers);

const rails = (env: Readonly<Record<string, string>>, answers: Measured['answers']): Measured =>
  shop('rails', '6.1.7.10', { RAILS_ENV: 'production', ...env }, answers);

const superset = (env: Readonly<Record<string, string>>, answers: Measured['answers']): Measured => ({
  app: 'superset',
  version: '6.1.0',
  pod: { image: SUPERSET, env },
  answers,
});

const SPRING_TLS = { SERVER_SSL_KEY_STORE: '/tls/keys.p12', MANAGEMENT_SERVER_PORT: '8081' };

export const MEASURED: readonly Measured[] = [
  prometheus([], { '9090 /-/ready': '200', '9090 /': '302' }),
  prometheus([EXTERNAL], { '9090 /': '302', '9090 /-/ready': '404' }),
  prometheus([EXTERNAL, '--web.route-prefix=/'], { '9090 /-/ready': '200' }),
  prometheus(
    ['--web.config.file=/etc/files/web.yml'],
    { '9090 /-/ready': '400', '9090 /': '400' },
    { 'web.yml': 'tls_server_config:\n  cert_file: tls.crt\n  key_file: tls.key\n' },
  ),
  prometheus(
    ['--web.config.file=/etc/files/web.yml'],
    { '9090 /-/ready': '401' },
    { 'web.yml': 'basic_auth_users:\n  admin: x\n' },
  ),
  {
    app: 'influxdb1',
    version: '1.6.7',
    pod: { image: INFLUXDB },
    answers: { '8086 /ping': '204', '8086 /ping?verbose=true': '204', '8086 /': '404' },
  },
  {
    app: 'jupyterhub-proxy',
    version: '5.0',
    pod: {
      image: 'quay.io/jupyterhub/configurable-http-proxy:5.0.0',
      args: ['--port=8443', '--redirect-port=8080', '--ssl-key=/tls/k', '--ssl-cert=/tls/c'],
    },
    answers: { '8080 /_chp_healthz': '301 https' },
  },
  {
    app: 'jupyterhub-proxy',
    version: 'with JupyterHub 6.1.1',
    pod: { image: 'quay.io/jupyterhub/configurable-http-proxy:5.3.0' },
    answers: { '8000 /_chp_healthz': '200', '8000 /hub/health': '200', '8000 /': '302' },
  },
  {
    app: 'jupyterhub-hub',
    version: '6.1.1',
    pod: { image: 'quay.io/jupyterhub/k8s-hub:6.1.1' },
    answers: { '8081 /hub/health': '200', '8081 /': '302' },
  },
  oauth2Proxy([], { '4180 /ping': '200', '4180 /ready': '200', '4180 /': '403' }),
  oauth2Proxy(['--skip-provider-button=true'], { '4180 /': '302 https' }),
  oauth2Proxy(['--gcp-healthchecks'], { '4180 /': '403', '4180 /ping': '200' }),
  oauth2Proxy(['--ping-user-agent=GoogleHC/1.0'], { '4180 /': '403' }),
  oauth2Proxy(['--ping-path=/health'], { '4180 /ping': '403' }),
  keycloak({ KC_HEALTH_ENABLED: 'true' }, 'start-dev', {
    '8080 /': '302',
    '9000 /health/ready': '200',
    '8080 /health/ready': '404',
  }),
  keycloak({ KC_HOSTNAME: 'https://id.example.com', KC_HTTP_ENABLED: 'true', KC_HEALTH_ENABLED: 'true' }, 'start', {
    '8080 /': '302 https',
    '8080 /realms/master': '200',
  }),
  {
    app: 'pgadmin',
    version: '9.18',
    pod: { image: 'docker.io/dpage/pgadmin4:9.18' },
    answers: { '80 /': '302', '80 /misc/ping': '200' },
  },
  {
    app: 'airflow',
    version: '3.3.2',
    pod: { image: 'docker.io/apache/airflow:3.3.2', args: ['airflow', 'api-server'] },
    answers: { '8080 /api/v2/monitor/health': '200', '8080 /': '200' },
  },
  superset({}, { '8088 /health': '200', '8088 /': '302' }),
  superset({ SUPERSET_APP_ROOT: '/superset-root' }, { '8088 /health': '404' }),
  superset({ TALISMAN_ENABLED: 'True' }, { '8088 /health': '200' }),
  springBoot({ SERVER_SSL_KEY_STORE: '/tls/keys.p12' }, { '8080 /': '400', '8080 /actuator/health': '400' }),
  springBoot(SPRING_TLS, { '8081 /actuator/health': '400' }),
  springBoot({ ...SPRING_TLS, MANAGEMENT_SERVER_SSL_ENABLED: 'false' }, { '8081 /actuator/health': '200' }),
  springBoot({ SERVER_SERVLET_CONTEXT_PATH: '/shop' }, { '8080 /': '404', '8080 /actuator/health': '404' }),
  rails({ RAILS_FORCE_SSL: 'true' }, { '3000 /': '301 https' }),
  rails({ RAILS_HOSTS: 'shop.example.com' }, { '3000 /': '403', '3000 /up': '403' }),
  rails({ RAILS_FORCE_SSL: 'true', RAILS_HOSTS: 'shop.example.com' }, { '3000 /': '403' }),
  argoCd({}, { '8080 /healthz': '307 https' }),
  argoCd({ args: ['argocd-server', '--insecure'] }, { '8080 /healthz': '200', '8080 /login': '404' }),
  argoCd({ env: { ARGOCD_SERVER_INSECURE: 'true' } }, { '8080 /healthz': '200' }),
  argoCd({ env: { ARGOCD_SERVER_INSECURE: '1' } }, { '8080 /healthz': '307 https' }),
  argoCd({ args: ['argocd-server', '--rootpath=/argocd'] }, { '8080 /healthz': '200', '8080 /': '404' }),
  argoCd({ args: ['argocd-server', '--insecure', '--rootpath=/argocd'] }, { '8080 /healthz': '200', '8080 /': '404' }),
];
