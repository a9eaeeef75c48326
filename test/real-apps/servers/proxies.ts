// oauth2-proxy, built from its Go module.
import { goProgram } from '../install.ts';
import type { RealApp } from '../real-app.ts';

const VERSION = 'v7.15.6';
const REQUIRED = ['--provider=github', '--email-domain=*', '--upstream=static://200'];
const SECRETS = ['--client-id=a', '--client-secret=b', '--cookie-secret=0123456789abcdef0123456789abcdef'];

function oauth2Proxy(args: readonly string[], answers: RealApp['answers']): RealApp {
  return {
    name: `oauth2-proxy ${VERSION} ${args.join(' ')}`,
    pod: { image: `quay.io/oauth2-proxy/oauth2-proxy:${VERSION}`, args: [...REQUIRED, ...args] },
    port: 4180,
    answers,
    start: ({ port }) => ({
      command: goProgram(`github.com/oauth2-proxy/oauth2-proxy/v7@${VERSION}`),
      args: [...REQUIRED, ...SECRETS, `--http-address=127.0.0.1:${port}`, ...args],
    }),
  };
}

export const PROXIES: readonly RealApp[] = [
  oauth2Proxy([], { '/ping': '200', '/ready': '200', '/': '403' }),
  oauth2Proxy(['--skip-provider-button'], { '/ping': '200', '/': '302 https' }),
  oauth2Proxy(['--gcp-healthchecks'], { '/ping': '200', '/': '403' }),
  oauth2Proxy(['--ping-user-agent=GoogleHC/1.0'], { '/ping': '200', '/': '403' }),
  oauth2Proxy(['--ping-path=/health'], { '/ping': '403' }),
];
