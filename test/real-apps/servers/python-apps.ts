// Products from PyPI: JupyterHub with its proxy from npm, pgAdmin, Superset, Airflow.
import { join } from 'node:path';
import { npmOf, pythonOf } from '../install.ts';
import type { Place, RealApp, Start } from '../real-app.ts';

const JUPYTERHUB = ['jupyterhub==6.1.1'];
const PROXY = 'configurable-http-proxy@5.3.0';
const PGADMIN = ['pgadmin4==9.18'];
const SUPERSET = ['apache-superset==6.1.0', 'flask-caching==2.3.1'];
const AIRFLOW = ['apache-airflow==3.3.2'];

const proxyProgram = (): string =>
  join(npmOf([PROXY]), 'node_modules', 'configurable-http-proxy', 'bin', 'configurable-http-proxy');

/** The hub starts its proxy. */
function jupyterHub({ write }: Place, hub: number, proxy: number, api: number): Start {
  const config = `
c.JupyterHub.bind_url = 'http://127.0.0.1:${proxy}'
c.JupyterHub.hub_bind_url = 'http://127.0.0.1:${hub}'
c.ConfigurableHTTPProxy.api_url = 'http://127.0.0.1:${api}'
c.ConfigurableHTTPProxy.command = ['${process.execPath}', '${proxyProgram()}']
c.JupyterHub.authenticator_class = 'dummy'
c.Authenticator.allow_all = True
c.JupyterHub.db_url = 'sqlite://'
`;
  return { command: pythonOf(JUPYTERHUB), args: ['-m', 'jupyterhub', '-f', write('config.py', config)] };
}

const PGADMIN_SCRIPT = `
import importlib.util, os, sys
root = importlib.util.find_spec('pgadmin4').submodule_search_locations[0]
sys.path.insert(0, root)
import config
home = os.environ['HOME']
for name in ['LOG_FILE', 'SQLITE_PATH', 'SESSION_DB_PATH', 'STORAGE_DIR', 'AZURE_CREDENTIAL_CACHE_DIR', 'KERBEROS_CCACHE_DIR']:
    setattr(config, name, home + '/' + name.lower())
config.DATA_DIR, config.SERVER_MODE, config.UPGRADE_CHECK_ENABLED = home, True, False
port = int(sys.argv[1])
sys.argv = ['pgAdmin4.py']
from pgAdmin4 import app
from werkzeug.serving import run_simple
run_simple('127.0.0.1', port, app, threaded=True)
`;

const SUPERSET_SCRIPT = `
import sys
from superset.app import create_app
from werkzeug.serving import run_simple
run_simple('127.0.0.1', int(sys.argv[1]), create_app(), threaded=True)
`;

const SUPERSET_CONFIG = `
import os
SECRET_KEY = 'of-this-test-only-of-this-test-only'
SQLALCHEMY_DATABASE_URI = 'sqlite:///' + os.environ['HOME'] + '/superset.db'
TALISMAN_ENABLED = os.environ.get('TALISMAN_ENABLED') == 'True'
TALISMAN_CONFIG = {'force_https': TALISMAN_ENABLED, 'content_security_policy': None}
`;

function superset(
  env: Readonly<Record<string, string>>,
  rest: Pick<RealApp, 'answers' | 'missed' | 'alarms'>,
): RealApp {
  return {
    name: ['Superset 6.1.0', ...Object.entries(env).map((one) => one.join('='))].join(' '),
    pod: { image: 'docker.io/apache/superset:6.1.0', env },
    port: 8088,
    ...rest,
    start: ({ port, write }) => ({
      command: pythonOf(SUPERSET),
      args: [write('run.py', SUPERSET_SCRIPT), String(port)],
      env: { SUPERSET_CONFIG_PATH: write('superset_config.py', SUPERSET_CONFIG), ...env },
    }),
  };
}

export const PYTHON_APPS: readonly RealApp[] = [
  {
    name: 'JupyterHub 6.1.1, the hub',
    pod: { image: 'quay.io/jupyterhub/k8s-hub:6.1.1' },
    port: 8081,
    answers: { '/hub/health': '200', '/': '302' },
    start: (place) => jupyterHub(place, place.port, place.spare, place.other),
  },
  {
    name: 'JupyterHub 6.1.1, the proxy before it',
    pod: { image: 'quay.io/jupyterhub/configurable-http-proxy:5.3.0' },
    port: 8000,
    answers: { '/_chp_healthz': '200', '/hub/health': '200', '/': '302' },
    // It knows no hub at first, and then one that does not listen yet.
    starting: { path: '/hub/health', statuses: [404, 503] },
    start: (place) => jupyterHub(place, place.spare, place.port, place.other),
  },
  {
    name: 'pgAdmin 9.18',
    pod: { image: 'docker.io/dpage/pgadmin4:9.18' },
    port: 80,
    answers: { '/': '302', '/misc/ping': '200' },
    start: ({ port, write }) => ({
      command: pythonOf(PGADMIN),
      args: [write('run.py', PGADMIN_SCRIPT), String(port)],
      env: { PGADMIN_SETUP_EMAIL: 'a@example.com', PGADMIN_SETUP_PASSWORD: 'of-this-test-only' },
    }),
  },
  superset({}, { answers: { '/health': '200', '/': '302' } }),
  superset({ SUPERSET_APP_ROOT: '/superset-root' }, { answers: { '/health': '404', '/superset-root/health': '200' } }),
  superset({ TALISMAN_ENABLED: 'True' }, { answers: { '/health': '200' } }),
  {
    name: 'Airflow 3.3.2',
    pod: { image: 'docker.io/apache/airflow:3.3.2', args: ['airflow', 'api-server'] },
    port: 8080,
    answers: { '/api/v2/monitor/health': '200', '/': '200' },
    start: ({ directory, port }) => {
      const python = pythonOf(AIRFLOW);
      const airflow = `'${python}' -m airflow`;
      const serve = `exec ${airflow} api-server --host 127.0.0.1 --port ${port}`;
      return { command: 'sh', args: ['-c', `${airflow} db migrate && ${serve}`], env: { AIRFLOW_HOME: directory } };
    },
  },
];
