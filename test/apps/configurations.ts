// Configurations of web servers, as a ConfigMap has them, and what the real programs answered with them (nginx 1.22.1, Caddy 2.6.2, HAProxy 2.6),
// asked as Google asks: src/policy/web-servers must say the same (test/apps-configured.test.ts), and `npm run test:apps` asks them again.

export interface Configured {
  readonly server: 'nginx' | 'caddy' | 'haproxy';
  readonly name: string;
  /** By the path below where the image has them (/etc/nginx, /etc/caddy, /usr/local/etc/haproxy), in one ConfigMap that is mounted there, or in conf.d. */
  readonly files: Readonly<Record<string, string>>;
  /** Left out: 80. */
  readonly port?: 80 | 8080;
  /** Of a Host header that the check has. */
  readonly host?: string;
  /** By path what came back: the status; "301 https" where Location is https. */
  readonly answers: Readonly<Record<string, string>>;
  /** Of these the guard is not sure, though the program is: by path why. */
  readonly unsure?: Readonly<Record<string, string>>;
}

type Expected = Omit<Configured, 'server' | 'name' | 'files'>;

const nginx = (name: string, conf: string, expected: Expected): Configured => ({
  server: 'nginx',
  name,
  files: { 'conf.d/default.conf': conf },
  ...expected,
});

const nginxFiles = (name: string, files: Configured['files'], expected: Expected): Configured => ({
  server: 'nginx',
  name,
  files,
  ...expected,
});

const caddy = (name: string, conf: string, expected: Expected): Configured => ({
  server: 'caddy',
  name,
  files: { Caddyfile: conf },
  ...expected,
});

const haproxy = (name: string, conf: string, expected: Expected): Configured => ({
  server: 'haproxy',
  name,
  files: {
    'haproxy.cfg': `defaults\n  mode http\n  timeout connect 5s\n  timeout client 5s\n  timeout server 5s\n\n${conf}\n`,
  },
  ...expected,
});

const TO_HTTPS = 'return 301 https://$host$request_uri;';
const PLAIN = 'location / { return 200 ok; }';

export const CONFIGURATIONS: readonly Configured[] = [
  nginx('all to HTTPS', `server {\n  listen 80;\n  server_name _;\n  ${TO_HTTPS}\n}`, {
    answers: { '/': '301 https', '/healthz': '301 https' },
  }),
  nginx(
    'one path apart',
    `server {\n  listen 80;\n  location = /healthz { return 200; }\n  location / { ${TO_HTTPS} }\n}`,
    {
      answers: { '/': '301 https', '/healthz': '200', '/healthz/': '301 https' },
    },
  ),
  nginx('a redirect of the server before its locations', `server {\n  listen 80;\n  ${TO_HTTPS}\n  ${PLAIN}\n}`, {
    answers: { '/': '301 https' },
  }),
  nginx(
    'the longest prefix',
    `server {\n  listen 80;\n  ${PLAIN}\n  location /app { return 308 https://$host; }\n  location /app/up { return 204; }\n}`,
    {
      answers: { '/': '200', '/app': '308 https', '/app/up': '204', '/application': '308 https' },
    },
  ),
  nginx(
    'a regular expression before a prefix',
    `server {\n  listen 80;\n  location / { ${TO_HTTPS} }\n  location ~ ^/health { return 200 ok; }\n}`,
    {
      answers: { '/': '301 https', '/healthz': '200' },
    },
  ),
  nginx(
    'a prefix that no regular expression beats',
    `server {\n  listen 80;\n  location ^~ /health { return 200 ok; }\n  location ~* \\.(js|css)$ { ${TO_HTTPS} }\n  location ~ /health { return 404; }\n}`,
    {
      answers: { '/healthz': '200', '/a.CSS': '301 https' },
    },
  ),
  nginx(
    'a regular expression that is not followed',
    `server {\n  listen 80;\n  location / { ${TO_HTTPS} }\n  location ~ ^/h.*z$ { return 200 ok; }\n}`,
    {
      answers: { '/': '301 https', '/healthz': '200' },
      unsure: { '/': 'the expression', '/healthz': 'the expression' },
    },
  ),
  nginx(
    'who did not come over https',
    `server {\n  listen 80;\n  if ($http_x_forwarded_proto != "https") {\n    ${TO_HTTPS}\n  }\n  ${PLAIN}\n}`,
    {
      answers: { '/': '301 https' },
    },
  ),
  nginx(
    'who came over http',
    `server {\n  listen 80;\n  if ($http_x_forwarded_proto = http) {\n    ${TO_HTTPS}\n  }\n  ${PLAIN}\n}`,
    {
      answers: { '/': '200' },
    },
  ),
  nginx(
    "Google's health check apart",
    `server {\n  listen 80;\n  if ($http_user_agent ~* "GoogleHC") {\n    return 200;\n  }\n  ${TO_HTTPS}\n}`,
    {
      answers: { '/': '200', '/x': '200' },
    },
  ),
  nginx(
    'as certbot writes it',
    `server {\n  listen 80;\n  server_name shop.example.com;\n  if ($host = shop.example.com) {\n    ${TO_HTTPS}\n  } # managed by Certbot\n  return 404; # managed by Certbot\n}`,
    {
      answers: { '/': '404' },
    },
  ),
  nginx(
    'as certbot writes it, by its name',
    `server {\n  listen 80;\n  server_name shop.example.com;\n  if ($host = shop.example.com) {\n    ${TO_HTTPS}\n  }\n  return 404;\n}`,
    {
      host: 'shop.example.com',
      answers: { '/': '301 https' },
    },
  ),
  nginx(
    'a rewrite of every path',
    `server {\n  listen 80;\n  rewrite ^(.*)$ https://shop.example.com$1 permanent;\n}`,
    {
      answers: { '/': '301 https' },
    },
  ),
  nginx(
    'a rewrite of some paths',
    `server {\n  listen 80;\n  rewrite ^/old/ https://$host/new/ redirect;\n  ${PLAIN}\n}`,
    {
      answers: { '/': '200', '/old/x': '302 https' },
    },
  ),
  nginx(
    'the default server of two',
    `server {\n  listen 80;\n  server_name shop.example.com;\n  ${TO_HTTPS}\n}\nserver {\n  listen 80 default_server;\n  ${PLAIN}\n}`,
    {
      answers: { '/': '200' },
    },
  ),
  nginx(
    'the first server of two',
    `server {\n  listen 80;\n  server_name shop.example.com;\n  ${TO_HTTPS}\n}\nserver {\n  listen 80;\n  server_name www.example.com;\n  ${PLAIN}\n}`,
    {
      answers: { '/': '301 https' },
    },
  ),
  nginx(
    'one of two by its name',
    `server {\n  listen 80;\n  server_name shop.example.com;\n  ${TO_HTTPS}\n}\nserver {\n  listen 80;\n  server_name www.example.com;\n  ${PLAIN}\n}`,
    {
      host: 'www.example.com',
      answers: { '/': '200' },
    },
  ),
  nginx(
    'the port that is asked',
    `server {\n  listen 80;\n  ${TO_HTTPS}\n}\nserver {\n  listen 8080;\n  location /healthz { return 200 'ok'; }\n  location / { return 404; }\n}`,
    {
      port: 8080,
      answers: { '/healthz': '200', '/': '404' },
    },
  ),
  nginx(
    'files of its own',
    `server {\n  listen 80;\n  location /old { ${TO_HTTPS} }\n  location / { root html; try_files $uri =404; }\n}`,
    {
      answers: { '/': '404', '/old': '301 https' },
      unsure: { '/': 'the files are not in it' },
    },
  ),
  nginx(
    'a page for the status',
    `server {\n  listen 80;\n  error_page 404 =200 /up;\n  location = /up { return 200 ok; }\n  location / { return 404; }\n}`,
    {
      answers: { '/up': '200', '/': '200' },
      unsure: { '/': 'the page' },
    },
  ),
  nginx(
    'a variable that a map makes',
    `map $http_x_forwarded_proto $plain { default 1; https 0; }\nserver {\n  listen 80;\n  if ($plain) { ${TO_HTTPS} }\n  ${PLAIN}\n}`,
    {
      answers: { '/': '301 https' },
      unsure: { '/': 'the map' },
    },
  ),
  nginx(
    'not to HTTPS',
    `server {\n  listen 80;\n  location = / { return 302 /app/; }\n  location /app/ { return 200 ok; }\n  location / { return 301 $scheme://$host/app/; }\n}`,
    {
      answers: { '/': '302', '/app/': '200', '/x': '301' },
    },
  ),
  nginxFiles(
    'two files in conf.d',
    {
      'conf.d/a.conf': `server {\n  listen 80 default_server;\n  ${TO_HTTPS}\n}`,
      'conf.d/b.conf': `server {\n  listen 8080;\n  ${PLAIN}\n}`,
    },
    {
      answers: { '/': '301 https' },
    },
  ),
  nginxFiles(
    'nginx.conf with what it includes',
    {
      'nginx.conf': `events {}\nhttp {\n  include mime.types;\n  include /etc/nginx/sites/*.conf;\n}`,
      'mime.types': 'types { text/html html; }',
      'sites/shop.conf': `server {\n  listen 80;\n  include snippets.inc;\n}`,
      'snippets.inc': `location = /healthz { return 200; }\n${TO_HTTPS.replace('return', 'location / { return')} }`,
    },
    {
      answers: { '/': '301 https', '/healthz': '200' },
    },
  ),
  caddy('a port', ':80 {\n  respond "hello"\n}', { answers: { '/': '200', '/x': '200' } }),
  caddy('without brackets', ':80\n\nrespond /healthz 200\nredir https://{host}{uri}', {
    answers: { '/': '302 https', '/healthz': '302 https' },
  }),
  caddy('the name of a host', 'shop.example.com {\n  respond "hello"\n}', {
    answers: { '/': '308 https', '/healthz': '308 https' },
  }),
  caddy('the name of a host, asked by it', 'shop.example.com {\n  respond "hello"\n}', {
    host: 'shop.example.com',
    answers: { '/': '308 https' },
  }),
  caddy('the name of a host over http', 'http://shop.example.com {\n  respond "hello" 404\n}', {
    answers: { '/': '200' },
  }),
  caddy('the name of a host over http, asked by it', 'http://shop.example.com {\n  respond "hello" 404\n}', {
    host: 'shop.example.com',
    answers: { '/': '404' },
  }),
  caddy(
    'a redirect before an answer, whatever the order',
    ':80 {\n  respond /healthz "ok" 200\n  redir https://{host}{uri} permanent\n}',
    {
      answers: { '/': '301 https', '/healthz': '301 https' },
    },
  ),
  caddy(
    'handles',
    ':80 {\n  handle /healthz {\n    respond 200\n  }\n  handle /static/* {\n    root * /nowhere\n    file_server\n  }\n  handle {\n    redir https://shop.example.com{uri} 308\n  }\n}',
    {
      answers: { '/': '308 https', '/healthz': '200', '/static/x': '404' },
      unsure: { '/static/x': 'the files are not in it' },
    },
  ),
  caddy(
    'redirects of some paths',
    ':80 {\n  redir /old https://{host}/new\n  redir /api/* /v2/api/ 307\n  respond "ok"\n}',
    {
      answers: { '/': '200', '/old': '302 https', '/api/x': '307', '/old/': '200' },
    },
  ),
  caddy(
    'a matcher by its name',
    ':80 {\n  @plain {\n    header X-Forwarded-Proto http\n  }\n  redir @plain https://{host}{uri}\n  respond "ok"\n}',
    {
      answers: { '/': '200' },
      unsure: { '/': 'the matcher' },
    },
  ),
  caddy(
    'redirects switched off',
    '{\n  auto_https disable_redirects\n}\n\nshop.example.com {\n  respond "hello"\n}\n\nhttp:// {\n  respond /healthz 204\n  respond "hello"\n}',
    {
      answers: { '/': '200' },
    },
  ),
  caddy('nothing that answers', ':80 {\n  header X-A b\n}', { answers: { '/': '200' } }),
  caddy('a name and a site for plain HTTP', 'shop.example.com {\n  respond "hello"\n}\n\n:80 {\n  respond "plain"\n}', {
    answers: { '/': '200' },
    unsure: { '/': 'the redirects of the other site' },
  }),
  haproxy('all to HTTPS', 'frontend web\n  bind *:80\n  http-request redirect scheme https unless { ssl_fc }', {
    answers: { '/': '302 https', '/healthz': '302 https' },
  }),
  haproxy(
    'an ACL by its name, and a status',
    'frontend web\n  bind :80\n  acl plain ssl_fc\n  acl health path /healthz /up\n  http-request return status 200 if health\n  http-request redirect scheme https code 301 if !plain',
    { answers: { '/': '301 https', '/healthz': '200', '/up': '200', '/healthz/': '301 https' } },
  ),
  haproxy(
    'a path that monitors',
    'frontend web\n  bind :80\n  http-request redirect scheme https code 308\n  monitor-uri /healthz',
    {
      answers: { '/': '308 https', '/healthz': '200' },
    },
  ),
  haproxy(
    'who came over http',
    'frontend web\n  bind :80\n  http-request redirect scheme https if { hdr(X-Forwarded-Proto) -i http }\n  http-request return status 200 content-type text/plain string ok',
    { answers: { '/': '200' } },
  ),
  haproxy(
    'who did not come over https',
    'frontend web\n  bind :80\n  redirect scheme https if !{ hdr(X-Forwarded-Proto) https } { method GET HEAD }\n  default_backend app\nbackend app\n  http-request return status 200',
    { answers: { '/': '302 https' } },
  ),
  haproxy(
    'a redirect after the other rules, whatever the order',
    'frontend web\n  bind :80\n  redirect prefix https://www.example.com code 301\n  http-request return status 200 if { path_beg /health }',
    { answers: { '/': '301 https', '/healthz': '200' } },
  ),
  haproxy(
    'the back end',
    'frontend web\n  bind :80\n  default_backend app\n\nbackend app\n  http-request redirect location https://www.example.com/ if { path / }\n  http-request deny deny_status 404',
    { answers: { '/': '302 https', '/x': '404' } },
  ),
  haproxy(
    'the host',
    'frontend web\n  bind :80\n  http-request redirect scheme https if { hdr(host) -i shop.example.com }\n  http-request deny',
    {
      answers: { '/': '403' },
    },
  ),
  haproxy(
    'the host, asked by it',
    'frontend web\n  bind :80\n  http-request redirect scheme https if { hdr(host) -i shop.example.com }\n  http-request deny',
    {
      host: 'shop.example.com',
      answers: { '/': '302 https' },
    },
  ),
  haproxy(
    'a condition that is not followed',
    'frontend web\n  bind :80\n  http-request redirect scheme https if { path_reg ^/h }\n  http-request return status 200',
    {
      answers: { '/': '200', '/healthz': '302 https' },
      unsure: { '/': 'the expression', '/healthz': 'the expression' },
    },
  ),
  haproxy(
    'one of two conditions',
    'frontend web\n  bind :80\n  http-request redirect scheme https if { path /a } or { path /b }\n  http-request return status 200',
    {
      answers: { '/': '200', '/b': '302 https' },
      unsure: { '/': 'or', '/b': 'or' },
    },
  ),
  haproxy('an upstream', 'frontend web\n  bind :80\n  default_backend app\n\nbackend app\n  server app 127.0.0.1:9', {
    answers: { '/': '503' },
    unsure: { '/': 'the upstream' },
  }),
];

export function nameOf({ server, name }: Configured): string {
  return `${server}: ${name}`;
}
