// The real program with a configuration of test/apps/configurations.ts, on loopback and on ports that are free here.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Configured } from '../apps/configurations.ts';
import type { Place, Start } from './real-app.ts';
import { debian } from './servers/web-servers.ts';

const TEMPORARY = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  .map((one) => `${one}_temp_path ${one};`)
  .join(' ');

/** Where the configuration says 80 it listens on the place's port, or on its spare one where 8080 is asked. */
export function startConfigured({ server, files, port = 80 }: Configured, place: Place): Start {
  const [http, other] = port === 80 ? [place.port, place.spare] : [place.spare, place.port];
  const placed = (text: string): string =>
    server === 'nginx' ? nginxHere(text, place.directory, http, other) : text.replaceAll(':80 ', `:${http} `);
  if (server === 'haproxy') return startHaproxy(files, place);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(place.directory, name)), { recursive: true });
    writeFileSync(join(place.directory, name), placed(text));
  }
  return server === 'nginx' ? startNginx(files, place) : startCaddy(files, place, placed, http);
}

function nginxHere(text: string, directory: string, http: number, other: number): string {
  return text
    .replaceAll('/etc/nginx/', `${directory}/`)
    .replaceAll('http {\n', `http {\n  access_log off; ${TEMPORARY}\n`)
    .replaceAll(/listen 80\b(?!80)/g, `listen 127.0.0.1:${http}`)
    .replaceAll('listen 8080', `listen 127.0.0.1:${other}`);
}

function startNginx(files: Configured['files'], place: Place): Start {
  const { path, env } = debian();
  if (files['nginx.conf'] === undefined) {
    place.write(
      'nginx.conf',
      `events {} http { access_log off; ${TEMPORARY} include ${place.directory}/conf.d/*.conf; }`,
    );
  }
  const globals = 'daemon off; master_process off; pid nginx.pid; error_log stderr;';
  const args = ['-p', place.directory, '-c', join(place.directory, 'nginx.conf'), '-e', 'stderr', '-g', globals];
  return { command: path('usr/sbin/nginx'), args, env };
}

function startCaddy(files: Configured['files'], place: Place, placed: (text: string) => string, http: number): Start {
  const { path, env } = debian();
  const own = `  http_port ${http}\n  https_port ${place.other}\n  admin off\n  local_certs\n  skip_install_trust\n`;
  const text = placed(files['Caddyfile'] ?? '').replace(/^:80$/m, `:${http}`);
  const hasOptions = text.startsWith('{\n');
  const whole = hasOptions ? text.replace('{\n', `{\n${own}`) : `{\n${own}}\n${bracketed(text)}`;
  const main = place.write('Caddyfile', whole);
  return { command: path('usr/bin/caddy'), args: ['run', '--config', main, '--adapter', 'caddyfile'], env };
}

function startHaproxy(files: Configured['files'], place: Place): Start {
  const { path, env } = debian();
  const text = (files['haproxy.cfg'] ?? '').replaceAll(/bind \*?:80$/gm, `bind 127.0.0.1:${place.port}`);
  return { command: path('usr/sbin/haproxy'), args: ['-db', '-f', place.write('haproxy.cfg', text)], env };
}

/** One site without brackets cannot follow options. */
function bracketed(text: string): string {
  const [first = '', ...rest] = text.split('\n');
  return first.endsWith('{') ? text : [`${first} {`, ...rest, '}'].join('\n');
}
