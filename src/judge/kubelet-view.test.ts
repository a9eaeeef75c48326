import { describe, expect, it } from 'vitest';
import { parsed } from '../../test/support/corridor.ts';
import { deployment, type RawObject } from '../../test/support/objects.ts';
import type { Workload } from '../kubernetes/objects.ts';
import type { AppAnswer } from '../plan/app.ts';
import { kubeletView, noteOf } from './kubelet-view.ts';

const READY = /^Kubernetes calls the Pod Ready/;
const SHOWN = /^Kubernetes shows it too/;
const REDIRECT: Partial<AppAnswer> = { status: 301, redirectsToHttps: true };

function asked(
  probe: RawObject | undefined,
  answer: Partial<AppAnswer>,
  path = '/',
  protocol: 'HTTP' | 'HTTPS' | 'HTTP2' = 'HTTP',
): Parameters<typeof kubeletView>[0] {
  const readinessProbe = probe === undefined ? {} : { readinessProbe: probe };
  // A Deployment parses into a workload.
  const [container] = (parsed(deployment({ container: readinessProbe })) as Workload).containers;
  if (container === undefined) throw new TypeError('the workload has a container');
  const known = { app: 'x', name: 'X', status: 200, redirectsToHttps: false, fix: '', unless: undefined };
  return { container, path, port: 8080, protocol, answer: { ...known, ...answer } };
}

const view = (probe: RawObject | undefined, answer: Partial<AppAnswer>): string => kubeletView(asked(probe, answer));
const httpGet = (more: RawObject = {}): RawObject => ({ httpGet: { path: '/', port: 8080, ...more } });
const withHeader = (name: string, value: string): RawObject => httpGet({ httpHeaders: [{ name, value }] });

describe('what Kubernetes shows of a Pod that is UNHEALTHY to Google', () => {
  it.each<[string, RawObject | undefined, Partial<AppAnswer>]>([
    ['the same port speaks TLS', httpGet(), { ...REDIRECT, redirectsTo: 'samePort' }],
    ['a redirect to another host', httpGet(), { ...REDIRECT, redirectsTo: 'otherHost' }],
    ['a Host header in the probe', withHeader('Host', 'x.example.com'), { ...REDIRECT, redirectsTo: 'sameHost' }],
    [
      'X-Forwarded-Proto in the probe',
      withHeader('X-Forwarded-Proto', 'https'),
      { ...REDIRECT, redirectsTo: 'sameHost' },
    ],
    ['a tcp probe', { tcpSocket: { port: 8080 } }, { ...REDIRECT, redirectsTo: 'sameHost' }],
    ['an exec probe', { exec: { command: ['true'] } }, { status: 404 }],
    ['a gRPC probe', { grpc: { port: 8080 } }, { status: 404 }],
    ['no probe', undefined, { status: 404 }],
    ['a redirect that is none to HTTPS', httpGet(), { status: 302 }],
    ['204', httpGet(), { status: 204 }],
  ])('is Ready: %s', (_, probe, answer) => {
    expect(view(probe, answer)).toMatch(READY);
  });

  it.each<[string, Partial<AppAnswer>]>([
    ['a redirect to the same host, where no TLS answers', { ...REDIRECT, redirectsTo: 'sameHost' }],
    ['404', { status: 404 }],
    ['400 of a port that speaks TLS', { status: 400, speaksTlsOnly: true }],
    ['a closed connection', { status: 0, speaksTlsOnly: true }],
  ])('is never Ready, and Kubernetes shows it: %s', (_, answer) => {
    expect(view(httpGet(), answer)).toMatch(SHOWN);
  });

  it('is Ready behind a redirect to another path of the same host, which is none to HTTPS', () => {
    for (const redirectsTo of ['samePort', 'sameHost'] as const)
      expect(view(httpGet(), { status: 302, redirectsTo })).toMatch(READY);
  });

  it('gets the same over TLS where the check and the probe both ask over it', () => {
    const over = (protocol: 'HTTP' | 'HTTPS' | 'HTTP2', scheme: string, answer: Partial<AppAnswer>): string =>
      kubeletView(asked(httpGet({ scheme }), answer, '/', protocol));
    expect(over('HTTPS', 'HTTPS', { status: 404 })).toMatch(SHOWN);
    expect(over('HTTPS', 'HTTPS', { status: 302, redirectsTo: 'sameHost' })).toMatch(READY);
    const other = /^Kubernetes may call the Pod Ready all the same/;
    expect(over('HTTPS', 'HTTP', { status: 404 })).toMatch(other);
    expect(over('HTTP2', 'HTTPS', { status: 404 })).toMatch(other);
  });

  it('may be Ready where the probe asks something else', () => {
    const other = 'Kubernetes may call the Pod Ready all the same: its readiness probe asks';
    expect(view(httpGet({ path: '/ok' }), { status: 404 })).toBe(`${other} HTTP GET /ok on port 8080.`);
    expect(view(httpGet({ scheme: 'HTTPS' }), { status: 404 })).toBe(`${other} HTTPS GET / on port 8080.`);
    expect(view(httpGet({ port: 9090 }), { status: 404 })).toBe(`${other} HTTP GET / on port 9090.`);
  });

  it('is not told where nobody knows where the redirect leads', () => {
    expect(view(httpGet(), { ...REDIRECT, status: 0 })).toBe('');
    expect(noteOf(asked(httpGet(), REDIRECT))).toEqual({});
    expect(noteOf(asked(httpGet(), { ...REDIRECT, unless: 'it exempts the path' }))).toEqual({
      note: '(Unless it exempts the path.)',
    });
  });
});
