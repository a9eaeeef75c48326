// What watches, and what shows it.
import { type CasesById, httpProbe, httpsProbe } from './cases.ts';

const MONITORED = 'unless grafana.ini allows anonymous access';

export const OBSERVABILITY: CasesById = {
  'eck-kibana': {
    is: {
      'as the operator makes it': [
        { image: 'docker.elastic.co/kibana/kibana:8.17.0', readinessProbe: httpsProbe(5601, '/api/status') },
        { '5601 /': 'TLS only', '5601 /login': 'TLS only' },
      ],
      'without TLS': [
        { image: 'docker.elastic.co/kibana/kibana:8.15.0', readinessProbe: httpProbe(5601, '/login') },
        { '5601 /login': '200', '5601 /': '302', '5601 /api/status': 'nothing' },
      ],
      'with a certificate of its own': [
        { image: 'kibana:8.15.0', env: { SERVER_SSL_ENABLED: 'true' } },
        { '5601 /': 'TLS only' },
      ],
      'below a path': [{ image: 'kibana:8.15.0', env: { SERVER_BASEPATH: '/kibana' } }, { '5601 /': 'nothing' }],
    },
    isNot: { 'the name under another owner': { image: 'acme/kibana:8.15.0', readinessProbe: httpsProbe(5601) } },
  },
  'eck-elasticsearch': {
    is: {
      'as the operator makes it': [
        { image: 'docker.elastic.co/elasticsearch/elasticsearch:8.17.0', env: { READINESS_PROBE_PROTOCOL: 'https' } },
        { '9200 /': 'TLS only', '9200 /_cluster/health': 'TLS only' },
      ],
      'as the operator makes it without TLS': [
        { image: 'docker.elastic.co/elasticsearch/elasticsearch:8.17.0', env: { READINESS_PROBE_PROTOCOL: 'http' } },
        { '9200 /': '401 unless elasticsearch.yml lets anonymous users in' },
      ],
      'with security switched on': [
        { image: 'elasticsearch:7.17.0', env: { 'xpack.security.enabled': 'true' } },
        { '9200 /': '401 unless elasticsearch.yml lets anonymous users in' },
      ],
      'of whose security nothing is known, at a version that is on by itself': [
        { image: 'elasticsearch:8.17.0' },
        { '9200 /': 'nothing' },
      ],
      'of whose security nothing is known': [
        { image: 'elasticsearch:7.17.0' },
        { '9200 /': '200 unless elasticsearch.yml switches security on' },
      ],
    },
    isNot: { OpenSearch: { image: 'opensearchproject/opensearch:2.18.0', env: { READINESS_PROBE_PROTOCOL: 'https' } } },
  },
  prometheus: {
    is: {
      'the stock Pod': [
        { image: 'quay.io/prometheus/prometheus:v3.1.0', args: ['--config.file=/etc/prometheus/prometheus.yml'] },
        { '9090 /-/ready': '200', '9090 /-/healthy': '200', '9090 /': '302', '9090 /graph': 'nothing' },
      ],
      'below a path': [
        { image: 'prom/prometheus:v2.55.0', args: ['--web.route-prefix=/prometheus'] },
        {
          '9090 /-/ready': '404 unless the external address has no path',
          '9090 /prometheus/-/ready': 'nothing',
          '9090 /': '302',
        },
      ],
      'with TLS or a password': [
        { image: 'prom/prometheus:v2.55.0', args: ['--web.config.file=/etc/prometheus/web.yml'] },
        { '9090 /-/ready': '400 TLS only unless --web.config.file sets passwords only (401), or neither' },
      ],
      'with TLS, as its file says': [
        {
          image: 'prom/prometheus:v2.55.0',
          args: ['--web.config.file=/etc/files/web.yml'],
          mounted: { 'web.yml': 'tls_server_config:\n  cert_file: /tls/tls.crt' },
        },
        { '9090 /-/ready': '400 TLS only', '9090 /': '400 TLS only' },
      ],
      'with a password, as its file says': [
        {
          image: 'prom/prometheus:v2.55.0',
          args: ['--web.config.file=/etc/files/web.yml'],
          mounted: { 'web.yml': 'basic_auth_users:\n  admin: x' },
        },
        { '9090 /-/ready': '401' },
      ],
      'with an address of its own, and the prefix at the root': [
        { image: 'prom/prometheus:v2.55.0', args: ['--web.external-url=https://x/prometheus', '--web.route-prefix=/'] },
        { '9090 /-/ready': '200', '9090 /': '302' },
      ],
      'with an address of its own': [
        { image: 'prom/prometheus:v2.55.0', args: ['--web.external-url', 'https://x/prometheus'] },
        { '9090 /-/ready': '404 unless the external address has no path' },
      ],
    },
    isNot: {
      promtool: { image: 'prom/prometheus:v2.55.0', command: ['promtool', 'check', 'config'] },
      'the alert manager': { image: 'prom/alertmanager:v0.27.0' },
      'its reloader': { image: 'quay.io/prometheus-operator/prometheus-config-reloader:v0.79.0' },
    },
  },
  'thanos-query': {
    is: {
      'the stock Pod': [
        { image: 'quay.io/thanos/thanos:v0.37.2', args: ['query', '--log.level=info'] },
        { '10902 /-/ready': '200', '10902 /': '302' },
      ],
      'the ruler': [{ image: 'thanosio/thanos:v0.37.2', command: ['/bin/thanos', 'rule'] }, { '10902 /': '302' }],
    },
    isNot: {
      'a sidecar': { image: 'quay.io/thanos/thanos:v0.37.2', args: ['sidecar'] },
      'a store': { image: 'quay.io/thanos/thanos:v0.37.2', args: ['store', '--query=x'] },
      'the compactor': { image: 'bitnami/thanos:0.37.2', command: ['thanos', 'compact'] },
    },
  },
  grafana: {
    is: {
      'the stock Pod': [
        { image: 'docker.io/grafana/grafana:11.4.0' },
        {
          '3000 /api/health': '200',
          '3000 /login': '200 unless a login by itself (auto_login) is on',
          '3000 /': `302 ${MONITORED}`,
        },
      ],
      "with Prometheus' path": [{ image: 'grafana/grafana-oss:11.4.0' }, { '3000 /-/healthy': `302 ${MONITORED}` }],
      'with anonymous access': [
        { image: 'grafana/grafana:11.4.0', env: { GF_AUTH_ANONYMOUS_ENABLED: 'true' } },
        { '3000 /': '200', '3000 /-/healthy': 'nothing' },
      ],
      'that speaks TLS': [
        { image: 'grafana/grafana-enterprise:11.4.0', env: { GF_SERVER_PROTOCOL: 'https' } },
        { '3000 /api/health': '400 TLS only' },
      ],
      'that speaks HTTP/2, which is TLS too': [
        { image: 'registry.example/acme/dashboards:1', env: { GF_SERVER_PROTOCOL: 'h2' } },
        { '3000 /api/health': '400 TLS only' },
      ],
      'that takes one host only': [
        { image: 'grafana/grafana:11.4.0', env: { GF_SERVER_ENFORCE_DOMAIN: 'true' } },
        { '3000 /login': '301', '3000 /api/health': '200', '3000 /healthz': '200' },
      ],
      'below a path': [
        { image: 'grafana/grafana:11.4.0', env: { GF_SERVER_SERVE_FROM_SUB_PATH: 'true' } },
        { '3000 /': 'nothing' },
      ],
    },
    isNot: {
      'the image renderer': { image: 'grafana/grafana-image-renderer:3.11.6' },
      Loki: { image: 'grafana/loki:3.3.0' },
      'the sidecar that loads dashboards': { image: 'quay.io/kiwigrid/k8s-sidecar:1.28.0' },
    },
  },
  cadvisor: {
    is: {
      'the stock Pod': [{ image: 'gcr.io/cadvisor/cadvisor:v0.49.1' }, { '8080 /healthz': '200', '8080 /': '307' }],
    },
    isNot: { 'another exporter': { image: 'prom/node-exporter:v1.8.2' } },
  },
  kiali: {
    is: {
      'the stock Pod': [
        { image: 'quay.io/kiali/kiali:v2.2', readinessProbe: httpProbe(20001, '/kiali/healthz') },
        { '20001 /kiali/healthz': '200', '20001 /': '302 unless server.web_root of Kiali is /' },
      ],
    },
    isNot: { 'its operator': { image: 'quay.io/kiali/kiali-operator:v2.2' } },
  },
  openlit: {
    is: { 'the stock Pod': [{ image: 'ghcr.io/openlit/openlit:1.8.0' }, { '3000 /': '307', '3000 /x': 'nothing' }] },
    isNot: { 'the name elsewhere': { image: 'acme/openlit:1' } },
  },
  sentry: {
    is: {
      'the web server': [
        { image: 'getsentry/sentry:24.11.0', command: ['sentry'], args: ['run', 'web'] },
        { '9000 /_health/': '200', '9000 /': '302' },
      ],
      'a relay': [
        { image: 'ghcr.io/getsentry/relay:24.11.0', name: 'sentry-relay' },
        { '3000 /': '404', '3000 /api/relay/healthcheck/ready/': 'nothing' },
      ],
    },
    isNot: {
      'a worker': { image: 'getsentry/sentry:24.11.0', command: ['sentry'], args: ['run', 'worker'] },
      'a relay of somebody else': { image: 'registry.example/acme/relay:1', command: ['/bin/relay'] },
      cron: { image: 'getsentry/sentry:24.11.0', args: ['run', 'cron'] },
    },
  },
  posthog: {
    is: { 'the web server': [{ image: 'posthog/posthog:latest' }, { '8000 /_health': '200', '8000 /': '302' }] },
    isNot: { 'its plugin server': { image: 'posthog/posthog-plugin-server:latest' } },
  },
  'kubernetes-dashboard-v2': {
    is: {
      'recommended.yaml': [
        { image: 'kubernetesui/dashboard:v2.7.0', args: ['--auto-generate-certificates', '--namespace=x'] },
        { '8443 /': '400 TLS only' },
      ],
      'with a certificate': [
        { image: 'kubernetesui/dashboard:v2.7.0', args: ['--tls-cert-file=/tls.crt'] },
        { '8443 /': '400 TLS only' },
      ],
      'alternative.yaml': [
        { image: 'kubernetesui/dashboard:v2.7.0', args: ['--namespace=x', '--enable-insecure-login'] },
        { '9090 /': '200', '8443 /': 'nothing' },
      ],
    },
    isNot: {
      'its scraper': { image: 'kubernetesui/metrics-scraper:v1.0.8' },
      'the web part of version 7': {
        image: 'kubernetesui/dashboard-web:1.6.0',
        args: ['--auto-generate-certificates'],
      },
    },
  },
  influxdb1: {
    is: {
      'the old chart': [
        { image: 'influxdb:1.8.10-alpine', readinessProbe: httpProbe(8086, '/ping') },
        { '8086 /ping': '204', '8086 /ping?verbose=true': '200', '8086 /health': '200', '8086 /': '404' },
      ],
      'before 1.7, where the query says nothing': [
        { image: 'influxdb:1.6.7' },
        { '8086 /ping?verbose=true': '204', '8086 /ping': '204' },
      ],
      'with the query switched off': [{ image: 'influxdb:1.8.10' }, { '8086 /ping?verbose=false': '204' }],
      'before 1.8': [{ image: 'influxdb:1.7.11' }, { '8086 /health': 'nothing', '8086 /ping?x=1': '204' }],
    },
    isNot: {
      'version 2': { image: 'influxdb:2.7' },
      'a version that cannot be read': { image: 'influxdb:latest' },
    },
  },
};
