// Prometheus from Debian.
import { generate } from 'selfsigned';
import type { RealApp } from '../real-app.ts';
import { debian } from './web-servers.ts';

const IMAGE = 'docker.io/prom/prometheus:v2.42.0';
const TLS = 'tls_server_config:\n  cert_file: tls.crt\n  key_file: tls.key\n';
/** The bcrypt hash of a word. */
const USERS = `basic_auth_users:\n  admin: $2b$12$hNf2lSsxfm0.i4a.1kVpSOVyBCfIB51VRjgBUyv6kdnyTlgWj81Ay\n`;

function prometheus(args: readonly string[], answers: RealApp['answers'], web?: string): RealApp {
  return {
    name: `Prometheus 2.42.0 ${args.join(' ')}${web === undefined ? '' : ` (${web.split(':', 1)[0]})`}`,
    pod: { image: IMAGE, args: [...args], ...(web === undefined ? {} : { mounted: { 'web.yml': web } }) },
    port: 9090,
    answers,
    // Under another prefix it is 404 from the start, and what is asked then does not depend on it.
    starting: { path: '/-/ready', statuses: [503] },
    start: ({ directory, port, write }) => {
      const { path, env } = debian();
      if (web !== undefined) write('web.yml', web);
      const config = write('prometheus.yml', 'global: {}\n');
      const own = [`--config.file=${config}`, `--storage.tsdb.path=${directory}/data`];
      const listen = `--web.listen-address=127.0.0.1:${port}`;
      const flags = args.map((arg) => arg.replace('/etc/files', directory));
      return { command: path('usr/bin/prometheus'), args: [...own, listen, ...flags], env };
    },
  };
}

const withTls = (app: RealApp, pems: { readonly cert: string; readonly private: string }): RealApp => ({
  ...app,
  start: (place) => {
    place.write('tls.crt', pems.cert);
    place.write('tls.key', pems.private);
    return app.start(place);
  },
});

const EXTERNAL = '--web.external-url=https://x.example.com/prometheus';
const WEB = '--web.config.file=/etc/files/web.yml';

export const MONITORING: readonly RealApp[] = [
  prometheus([], { '/-/ready': '200', '/': '302' }),
  prometheus([EXTERNAL], { '/-/ready': '404', '/': '302' }),
  prometheus([EXTERNAL, '--web.route-prefix=/'], { '/-/ready': '200' }),
  withTls(prometheus([WEB], { '/-/ready': '400', '/': '400' }, TLS), await generate()),
  prometheus([WEB], { '/-/ready': '401', '/': '401' }, USERS),
];
