// Frameworks, each in the smallest app that reads its settings from the environment as such apps do.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { pythonOf } from '../install.ts';
import type { Place, RealApp, Start } from '../real-app.ts';

const REQUIREMENTS = [
  ...['Django==5.2.19', 'Flask==3.1.3', 'flask-talisman==1.1.0', 'Werkzeug==3.1.9'],
  ...['starlette==1.10.0', 'uvicorn==0.54.0'],
];
const IMAGE = 'registry.example/acme/shop:1.4.2';

const DJANGO = `
import os, sys
from django.conf import settings
from django.core.servers.basehttp import run
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path
settings.configure(
    SECRET_KEY='x', ROOT_URLCONF=__name__,
    ALLOWED_HOSTS=os.environ.get('DJANGO_ALLOWED_HOSTS', '*').split(','),
    SECURE_SSL_REDIRECT=os.environ.get('DJANGO_SECURE_SSL_REDIRECT') == 'True',
    SECURE_SSL_HOST=os.environ.get('SECURE_SSL_HOST'),
    SECURE_REDIRECT_EXEMPT=[r'^healthz$'],
    MIDDLEWARE=['django.middleware.security.SecurityMiddleware', 'django.middleware.common.CommonMiddleware'])
urlpatterns = [path('', lambda r: HttpResponse('ok')), path('healthz', lambda r: HttpResponse('ok'))]
run('127.0.0.1', int(sys.argv[1]), get_wsgi_application())
`;

const FLASK = `
import os, sys
from flask import Flask
from flask_talisman import Talisman
app = Flask(__name__)
on = lambda name: os.environ.get(name) == 'true'
Talisman(app, force_https=on('TALISMAN_FORCE_HTTPS'), force_https_permanent=on('TALISMAN_FORCE_HTTPS_PERMANENT'))
app.add_url_rule('/', view_func=lambda: 'ok')
app.run('127.0.0.1', int(sys.argv[1]))
`;

const STARLETTE = `
import os, sys, uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.httpsredirect import HTTPSRedirectMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
middleware = [Middleware(TrustedHostMiddleware, allowed_hosts=os.environ.get('ALLOWED_HOSTS', '*').split(','))]
if os.environ.get('FORCE_HTTPS') == 'true':
    middleware.append(Middleware(HTTPSRedirectMiddleware))
app = Starlette(routes=[Route('/', lambda r: PlainTextResponse('ok'))], middleware=middleware)
uvicorn.run(app, host='127.0.0.1', port=int(sys.argv[1]), proxy_headers=False)
`;

const EXPRESS = `
const express = (await import(process.argv[2])).default;
const app = express();
app.use((request, response, next) => {
  if (process.env.FORCE_SSL === 'true' && !request.secure && request.get('x-forwarded-proto') !== 'https') {
    response.redirect(301, 'https://' + request.hostname + request.url);
  } else next();
});
app.get('/', (_, response) => response.send('ok'));
app.listen(Number(process.argv[3]), '127.0.0.1');
`;

type Env = Readonly<Record<string, string>>;

function python(script: string, { port, write }: Place, env: Env): Start {
  return { command: pythonOf(REQUIREMENTS), args: [write('app.py', script), String(port)], env };
}

function framework(
  name: string,
  script: string,
  env: Env,
  rest: Omit<RealApp, 'name' | 'pod' | 'port' | 'start'>,
): RealApp {
  const set = Object.entries(env).map((entry) => entry.join('='));
  return {
    name: [name, ...set, ...(rest.host === undefined ? [] : [`Host ${rest.host}`])].join(' '),
    pod: { image: IMAGE, env },
    port: 8080,
    start: (place) => python(script, place, env),
    ...rest,
  };
}

const FORCED = { DJANGO_SECURE_SSL_REDIRECT: 'True' };
const HOSTS = { DJANGO_ALLOWED_HOSTS: 'shop.example.com' };

function express(env: Env, answers: RealApp['answers'], probe?: RealApp['pod']['readinessProbe']): RealApp {
  const entry = pathToFileURL(createRequire(import.meta.url).resolve('express')).href;
  return {
    name: [
      'Express 5',
      ...Object.entries(env).map((one) => one.join('=')),
      ...(probe === undefined ? [] : ['probe']),
    ].join(' '),
    pod: { image: IMAGE, env, ...(probe === undefined ? {} : { readinessProbe: probe }) },
    port: 8080,
    answers,
    start: ({ port, write }) => ({
      command: process.execPath,
      args: [write('app.mjs', EXPRESS), entry, String(port)],
      env,
    }),
  };
}

export const FRAMEWORK_APPS: readonly RealApp[] = [
  framework('Django 5.2', DJANGO, {}, { answers: { '/': '200' } }),
  framework('Django 5.2', DJANGO, FORCED, {
    answers: { '/': '301 https', '/healthz': '200' },
    alarms: { '/healthz': 'SECURE_REDIRECT_EXEMPT names the path' },
  }),
  framework('Django 5.2', DJANGO, { ...FORCED, ...HOSTS }, { answers: { '/': '400', '/healthz': '400' } }),
  framework('Django 5.2', DJANGO, HOSTS, { host: 'shop.example.com', answers: { '/': '200' } }),
  framework(
    'Django 5.2',
    DJANGO,
    { ...FORCED, ...HOSTS },
    {
      host: 'shop.example.com',
      answers: { '/': '301 https', '/healthz': '200' },
      alarms: { '/healthz': 'SECURE_REDIRECT_EXEMPT names the path' },
    },
  ),
  framework('Django 5.2', DJANGO, { ...FORCED, SECURE_SSL_HOST: 'x.example.com' }, { answers: { '/': '301 https' } }),
  framework('Flask-Talisman 1.1', FLASK, { TALISMAN_FORCE_HTTPS: 'false' }, { answers: { '/': '200' } }),
  framework('Flask-Talisman 1.1', FLASK, { TALISMAN_FORCE_HTTPS: 'true' }, { answers: { '/': '302 https' } }),
  framework(
    'Flask-Talisman 1.1',
    FLASK,
    { TALISMAN_FORCE_HTTPS: 'true', TALISMAN_FORCE_HTTPS_PERMANENT: 'true' },
    { answers: { '/': '301 https' } },
  ),
  framework('Starlette 1.10', STARLETTE, {}, { answers: { '/': '200' } }),
  framework('Starlette 1.10', STARLETTE, { FORCE_HTTPS: 'true' }, { answers: { '/': '307 https' } }),
  framework('Starlette 1.10', STARLETTE, { ALLOWED_HOSTS: 'shop.example.com' }, { answers: { '/': '400' } }),
  framework(
    'Starlette 1.10',
    STARLETTE,
    { ALLOWED_HOSTS: 'shop.example.com' },
    {
      host: 'shop.example.com',
      answers: { '/': '200' },
    },
  ),
  express({}, { '/': '200' }),
  express({ FORCE_SSL: 'true' }, { '/': '301 https' }),
  express(
    { FORCE_SSL: 'true' },
    { '/': '301 https' },
    {
      httpGet: { path: '/', port: 8080, httpHeaders: [{ name: 'X-Forwarded-Proto', value: 'https' }] },
    },
  ),
];
