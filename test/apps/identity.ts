// Who may do what, and where secrets are.
import { type CasesById, httpProbe, httpsProbe } from './cases.ts';

const OAUTH2_PROXY = 'quay.io/oauth2-proxy/oauth2-proxy:v7.7.1';

export const IDENTITY: CasesById = {
  keycloak: {
    is: {
      'the stock Pod, probed on another port': [
        {
          image: 'quay.io/keycloak/keycloak:26.0.7',
          args: ['start'],
          env: { KC_HTTP_ENABLED: 'true', KC_HEALTH_ENABLED: 'true' },
          readinessProbe: httpProbe(9000, '/health/ready'),
        },
        {
          '8080 /': '302',
          '9000 /health/ready': '200',
          '8443 /': 'TLS only',
          '8080 /realms/master': '200',
          '8080 /health/ready': '404',
        },
      ],
      'with an https address': [
        { image: 'bitnami/keycloak:26.0.7-debian-12-r0', env: { KC_HOSTNAME: 'https://id.example.com' } },
        { '8080 /': '302 to HTTPS' },
      ],
      'an image of its own, with an https address': [
        {
          image: 'registry.example/acme/login:1.4',
          env: { KC_HOSTNAME: 'https://id.example.com', KC_HTTP_ENABLED: 'true' },
        },
        { '8080 /': '302 to HTTPS' },
      ],
      'whose health stays on the port of the app': [
        {
          image: 'quay.io/keycloak/keycloak:26.0.7',
          args: ['start', '--legacy-observability-interface=true'],
          env: { KC_HEALTH_ENABLED: 'true' },
        },
        { '8080 /health/ready': 'nothing', '9000 /health/ready': 'nothing' },
      ],
      'with the name of a host only': [
        { image: 'quay.io/keycloak/keycloak:latest', env: { KC_HOSTNAME: 'id.example.com' } },
        { '8080 /': 'nothing' },
      ],
      'health on the port where it no longer is': [
        { image: 'quay.io/keycloak/keycloak:26.4.0', env: { KC_HEALTH_ENABLED: 'true' } },
        { '8080 /health/ready': '404', '8080 /health': '404' },
      ],
      'before 25': [{ image: 'quay.io/keycloak/keycloak:24.0.5' }, { '8080 /': '200' }],
      'below a path': [
        { image: 'quay.io/keycloak/keycloak:26.0.7', env: { KC_HTTP_RELATIVE_PATH: '/auth' } },
        { '8080 /': 'nothing' },
      ],
      'with a certificate, which the management port takes too': [
        {
          image: 'quay.io/keycloak/keycloak:26.0.7',
          env: { KC_HEALTH_ENABLED: 'true', KC_HTTPS_CERTIFICATE_FILE: '/tls.crt' },
        },
        { '9000 /health/ready': 'nothing' },
      ],
    },
    isNot: {
      'its operator': { image: 'quay.io/keycloak/keycloak-operator:26.0.7' },
      'an app that is told where its Keycloak is': {
        image: 'registry.example/acme/shop:1.4',
        env: { KC_HOSTNAME: 'https://id.example.com' },
      },
    },
  },
  'oauth2-proxy': {
    is: {
      'with --force-https': [
        { image: OAUTH2_PROXY, args: ['--http-address=0.0.0.0:4180', '--force-https'] },
        {
          '4180 /ping': '308 to HTTPS unless it ends at once, for want of a certificate',
          '4180 /': '308 to HTTPS unless it ends at once, for want of a certificate',
        },
      ],
      'with the variable, in an image of its own': [
        { image: 'registry.example/acme/proxy:1', env: { OAUTH2_PROXY_FORCE_HTTPS: 'true' } },
        { '4180 /ping': '308 to HTTPS' },
      ],
      'as it comes': [
        { image: 'bitnami/oauth2-proxy:7.7.1', readinessProbe: httpProbe(4180, '/ping') },
        { '4180 /ping': '200', '4180 /': '403' },
      ],
      'with --force-https=false': [{ image: OAUTH2_PROXY, args: ['--force-https=false'] }, { '4180 /ping': '200' }],
      'that redirects to its login': [
        { image: OAUTH2_PROXY, args: ['--skip-provider-button'] },
        { '4180 /': '302', '4180 /ping': '200', '4180 /ready': '200' },
      ],
      'with a ping path of its own': [
        { image: OAUTH2_PROXY, args: ['--ping-path=/health'] },
        { '4180 /ping': '403 unless --ping-path is /ping, or it needs no login', '4180 /health': 'nothing' },
      ],
      'with a certificate': [
        { image: OAUTH2_PROXY, args: ['--force-https', '--tls-cert-file=/tls.crt'] },
        { '4180 /ping': '400 TLS only' },
      ],
      'of 7.0, that answers Google on any path before it redirects': [
        { image: 'quay.io/oauth2-proxy/oauth2-proxy:v7.0.1', args: ['--force-https', '--gcp-healthchecks'] },
        { '4180 /': 'nothing' },
      ],
      'of 7.0': [
        { image: 'quay.io/oauth2-proxy/oauth2-proxy:v7.0.1', args: ['--force-https'] },
        { '4180 /ping': '308 to HTTPS' },
      ],
      'that answers Google on the ping path only': [
        { image: 'quay.io/oauth2-proxy/oauth2-proxy:v7.15.6', args: ['--gcp-healthchecks'] },
        { '4180 /': '403', '4180 /ping': '200' },
      ],
      'that answers Google on any path': [
        { image: OAUTH2_PROXY, args: ['--force-https', '--ping-user-agent=GoogleHC/1.0'] },
        {
          '4180 /': '308 to HTTPS unless it ends at once, for want of a certificate',
          '4180 /ping': '308 to HTTPS unless it ends at once, for want of a certificate',
        },
      ],
    },
    isNot: { 'another proxy with that flag': { image: 'acme/proxy:1', args: ['--force-https'] } },
  },
  dex: {
    is: {
      'the upstream example': [
        {
          image: 'ghcr.io/dexidp/dex:v2.41.1',
          command: ['/usr/local/bin/dex', 'serve', '/etc/dex/cfg/config.yaml'],
          readinessProbe: httpsProbe(5556, '/healthz'),
        },
        { '5556 /healthz': '400 TLS only', '5556 /': '400 TLS only' },
      ],
      'without TLS': [
        {
          image: 'ghcr.io/dexidp/dex:v2.41.1',
          args: ['dex', 'serve', '/etc/dex/config.yaml'],
          readinessProbe: httpProbe(5558, '/healthz/ready'),
        },
        { '5556 /': '404 unless the issuer has no path', '5556 /dex/healthz': 'nothing' },
      ],
    },
    isNot: {
      "Argo CD's dex": {
        image: 'ghcr.io/dexidp/dex:v2.43.0',
        command: ['/shared/argocd-dex', 'rundex'],
        readinessProbe: httpsProbe(5556),
      },
    },
  },
  'authentik-old': {
    is: {
      'before the change': [
        { image: 'ghcr.io/goauthentik/server:2024.4.3', args: ['server'] },
        { '9000 /-/health/ready/': '204', '9000 /': '302', '9000 /x': 'nothing' },
      ],
    },
    isNot: {
      'a newer one': { image: 'ghcr.io/goauthentik/server:2024.8.1', args: ['server'] },
      'one of the time of the change': { image: 'ghcr.io/goauthentik/server:2024.6.4', args: ['server'] },
      'a worker': { image: 'ghcr.io/goauthentik/server:2024.4.3', args: ['worker'] },
    },
  },
  'ory-hydra': {
    is: {
      'probed on the admin port': [
        { image: 'oryd/hydra:v2.2.0', args: ['serve', 'all'], readinessProbe: httpProbe(4445, '/health/ready') },
        { '4444 /': '404', '4444 /health/ready': '200', '4445 /': 'nothing' },
      ],
    },
    isNot: { 'another of Ory': { image: 'oryd/kratos:v1.3.0', args: ['serve'] } },
  },
  vault: {
    is: {
      'as the chart makes it': [
        {
          image: 'hashicorp/vault:1.18.1',
          command: ['/bin/sh', '-ec'],
          args: ['cp /x /tmp/x; /usr/local/bin/docker-entrypoint.sh vault server -config=/tmp/storageconfig.hcl'],
          env: { VAULT_ADDR: 'http://127.0.0.1:8200' },
          readinessProbe: { exec: { command: ['/bin/sh', '-ec', 'vault status'] } },
        },
        { '8200 /': '307', '8200 /v1/sys/health?standbyok=true&perfstandbyok=true': 'nothing' },
      ],
      'with TLS': [
        { image: 'hashicorp/vault:1.18.1', args: ['server'], env: { VAULT_ADDR: 'https://127.0.0.1:8200' } },
        { '8200 /': '400 TLS only', '8200 /v1/sys/health': '400 TLS only' },
      ],
    },
    isNot: {
      'an agent': { image: 'hashicorp/vault:1.18.1', args: ['agent', '-config=/x'], name: 'vault-agent' },
      'the injector': { image: 'hashicorp/vault-k8s:1.5.0' },
    },
  },
  'teleport-proxy': {
    is: {
      'the proxy of the chart': [
        {
          image: 'public.ecr.aws/gravitational/teleport-distroless:17.0.1',
          readinessProbe: httpProbe(3000, '/readyz'),
        },
        { '3080 /': 'TLS only', '3080 /webapi/ping': 'TLS only', '3000 /readyz': 'nothing' },
      ],
    },
    isNot: { 'the operator': { image: 'public.ecr.aws/gravitational/teleport-operator:17.0.1' } },
  },
};
