// What stores data, and what works on it.
import { type CasesById, httpProbe, httpsProbe } from './cases.ts';

export const DATA: CasesById = {
  superset: {
    is: {
      'below a path': [
        { image: 'apache/superset:6.1.0', env: { SUPERSET_APP_ROOT: '/superset-root' } },
        { '8088 /health': '404', '8088 /': '404 unless it redirects to its root' },
      ],
      'the stock Pod': [{ image: 'apache/superset:4.1.1' }, { '8088 /health': '200', '8088 /': '302' }],
    },
    isNot: { 'another image of Apache': { image: 'apache/nifi:2.0.0' } },
  },
  airflow: {
    is: {
      'the web server of 2.x': [
        { image: 'apache/airflow:2.10.4', args: ['bash', '-c', 'exec airflow webserver'] },
        { '8080 /health': '200', '8080 /': '302' },
      ],
      'the API server of 3.x': [
        { image: 'apache/airflow:3.0.1', args: ['bash', '-c', 'exec airflow api-server'] },
        { '8080 /api/v2/monitor/health': '200', '8080 /': '200', '8080 /health': 'nothing' },
      ],
      'a version that cannot be read': [
        { image: 'apache/airflow:latest-python3.12', args: ['airflow', 'webserver'] },
        { '8080 /': 'nothing' },
      ],
    },
    isNot: {
      'the scheduler': { image: 'apache/airflow:2.10.4', args: ['bash', '-c', 'exec airflow scheduler'] },
      flower: { image: 'apache/airflow:2.10.4', args: ['bash', '-c', 'exec airflow celery flower'] },
    },
  },
  redash: {
    is: {
      'with https enforced': [
        { image: 'redash/redash:10.1.0.b50633', args: ['server'], env: { REDASH_ENFORCE_HTTPS: 'true' } },
        { '5000 /ping': '200', '5000 /': '302 to HTTPS', '5000 /status.json': '302 to HTTPS' },
      ],
      'with https enforced by another spelling': [
        { image: 'redash/redash:10.1.0.b50633', args: ['server'], env: { REDASH_ENFORCE_HTTPS: 'On' } },
        { '5000 /': '302 to HTTPS' },
      ],
      permanently: [
        {
          image: 'registry.example/acme/queries:1',
          env: { REDASH_ENFORCE_HTTPS: 'true', REDASH_ENFORCE_HTTPS_PERMANENT: 'true' },
        },
        { '5000 /': '301 to HTTPS', '5000 /ping': '200' },
      ],
      'as it comes': [
        { image: 'redash/redash:10.1.0.b50633', args: ['server'] },
        { '5000 /ping': '200', '5000 /': '302' },
      ],
    },
    isNot: { 'its scheduler': { image: 'redash/redash:10.1.0.b50633', args: ['scheduler'] } },
  },
  metabase: {
    is: {
      'with the redirect': [
        {
          image: 'metabase/metabase:v0.52.4',
          env: { MB_REDIRECT_ALL_REQUESTS_TO_HTTPS: 'true', MB_SITE_URL: 'https://bi.example.com' },
        },
        { '3000 /api/health': '200', '3000 /': '301 to HTTPS', '3000 /livez': 'nothing' },
      ],
      'with one of the two that it takes': [
        { image: 'metabase/metabase:v0.52.4', env: { MB_REDIRECT_ALL_REQUESTS_TO_HTTPS: 'true' } },
        { '3000 /': '200', '3000 /api/health': '200' },
      ],
      'with the other': [
        { image: 'metabase/metabase-enterprise:v1.52.4', env: { MB_SITE_URL: 'https://bi.example.com' } },
        { '3000 /': '200' },
      ],
    },
    isNot: { 'the name elsewhere': { image: 'acme/metabase:1' } },
  },
  'jupyterhub-proxy': {
    is: {
      'the stock Pod': [
        { image: 'quay.io/jupyterhub/configurable-http-proxy:4.6.3', command: ['configurable-http-proxy'] },
        { '8000 /_chp_healthz': '200', '8000 /hub/health': '200', '8000 /': '302', '8001 /': 'nothing' },
      ],
    },
    isNot: { 'the hub': { image: 'quay.io/jupyterhub/k8s-hub:4.1.0' } },
  },
  'jupyterhub-hub': {
    is: {
      'the stock Pod': [
        { image: 'quay.io/jupyterhub/k8s-hub:4.1.0', readinessProbe: httpProbe(8081, '/hub/health') },
        { '8081 /hub/health': '200', '8081 /': '302' },
      ],
    },
    isNot: { "a user's server": { image: 'quay.io/jupyterhub/k8s-singleuser-sample:4.1.0' } },
  },
  'weaviate-old': {
    is: {
      'the last that says 204': [
        { image: 'semitechnologies/weaviate:0.21.2' },
        { '8080 /v1/.well-known/ready': '204', '8080 /': 'nothing' },
      ],
    },
    isNot: {
      'a newer one': { image: 'cr.weaviate.io/semitechnologies/weaviate:1.27.0' },
      'the next one': { image: 'semitechnologies/weaviate:0.21.3' },
      'a version that cannot be read': { image: 'semitechnologies/weaviate:latest' },
      'a tag that is too short to tell': { image: 'semitechnologies/weaviate:0.21' },
    },
  },
  'meilisearch-old': {
    is: {
      'the last that says 204': [
        { image: 'getmeili/meilisearch:v0.19.0' },
        { '7700 /health': '204', '7700 /': 'nothing' },
      ],
    },
    isNot: {
      'the first that says 200': { image: 'getmeili/meilisearch:v0.20.0' },
      'a newer one': { image: 'getmeili/meilisearch:v1.11' },
      'a version that cannot be read': { image: 'getmeili/meilisearch:latest' },
    },
  },
  minio: {
    is: {
      'a chart with a directory for certificates': [
        {
          image: 'quay.io/minio/minio:RELEASE.2024-11-07T00-52-20Z',
          args: ['server', '/data', '--certs-dir', '/etc/minio/certs'],
          readinessProbe: { tcpSocket: { port: 9000 } },
        },
        { '9000 /': '403', '9000 /minio/health/ready': '200', '9001 /': '200' },
      ],
      'with certificates': [
        { image: 'minio/minio:RELEASE.2024-11-07T00-52-20Z', readinessProbe: httpsProbe(9000, '/minio/health/ready') },
        { '9000 /': '400 TLS only' },
      ],
    },
    isNot: { 'its client': { image: 'minio/mc:RELEASE.2024-11-17T19-35-25Z' } },
  },
  pgadmin: {
    is: {
      'with TLS': [
        { image: 'dpage/pgadmin4:8.13', env: { PGADMIN_ENABLE_TLS: 'True' } },
        { '443 /': 'TLS only', '80 /misc/ping': 'nothing' },
      ],
      'with TLS, although it says False': [
        { image: 'dpage/pgadmin4:8.13', env: { PGADMIN_ENABLE_TLS: 'False' } },
        { '443 /': 'TLS only' },
      ],
      'as it comes': [
        { image: 'dpage/pgadmin4:8.13', readinessProbe: httpProbe(80, '/misc/ping') },
        { '80 /misc/ping': '200', '80 /': '302', '443 /': 'nothing' },
      ],
      'with an empty variable': [
        { image: 'dpage/pgadmin4:8.13', env: { PGADMIN_ENABLE_TLS: '' } },
        { '80 /misc/ping': '200', '443 /': 'nothing' },
      ],
    },
    isNot: { 'the database': { image: 'postgres:17' } },
  },
  'hazelcast-mc': {
    is: {
      'the old path': [
        { image: 'hazelcast/management-center:3.12.9', readinessProbe: httpProbe(8080, '/hazelcast-mancenter') },
        { '8080 /hazelcast-mancenter': '302', '8080 /hazelcast-mancenter/': '200', '8080 /health': '200' },
      ],
    },
    isNot: { 'a member': { image: 'hazelcast/hazelcast:5.5.0' } },
  },
};
