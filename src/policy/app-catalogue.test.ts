import { describe, expect, it } from 'vitest';
import { parsed } from '../../test/support/corridor.ts';
import { configMap, deployment, type RawObject } from '../../test/support/objects.ts';
import type { Workload } from '../kubernetes/objects.ts';
import type { AppAnswer } from '../plan/app.ts';
import { createSnapshot } from '../snapshot/snapshot.ts';
import { createAppCatalogue } from './app-catalogue.ts';
import type { AppFile } from './schemas.ts';

const BASE = {
  apiVersion: 'gke-ingress-guard.dev/v1',
  kind: 'App',
  fix: 'Set PLAIN to 1.',
  sources: ['somewhere'],
} satisfies Partial<AppFile>;

/** An app of one image that is one program. */
const BLOG: AppFile = {
  ...BASE,
  id: 'blog',
  name: 'Blog',
  match: { images: ['docker.io/acme/blog', 'ghost'] },
  settings: { plain: [{ env: 'PLAIN', equals: '1' }], prefix: [{ flag: '--prefix', isNotEmpty: true }] },
  answers: [
    { port: 9000, path: '/metrics', status: 200 },
    { path: '/open', status: 204 },
    { path: '/odd', when: ['prefix'], status: 404 },
    { path: '*', unless: ['plain'], status: 301, redirectsToHttps: true },
    { path: '/', status: 200 },
  ],
};

/** An app whose image carries several programs. */
const SERVER: AppFile = {
  ...BASE,
  id: 'suite-server',
  name: 'Suite server',
  match: { images: ['quay.io/acme/suite'], programs: ['suite-server'], containers: ['server'] },
  answers: [{ path: '*', status: 307, redirectsToHttps: true }],
};

interface Asked {
  readonly path?: string;
  readonly port?: number;
  readonly neighbours?: readonly RawObject[];
}

function answerOf(
  container: RawObject,
  { path = '/', port = 8080, neighbours = [] }: Asked = {},
): AppAnswer | undefined {
  // A Deployment parses into a workload.
  const workload = parsed(deployment({ container })) as Workload;
  const [first] = workload.containers;
  if (first === undefined) throw new TypeError('the workload has a container');
  const snapshot = createSnapshot(neighbours.map(parsed), 'listed');
  return createAppCatalogue([BLOG, SERVER]).answerOf(workload, first, { port, path }, snapshot);
}

const recognised = (container: RawObject): string | undefined => answerOf(container)?.app;

describe('an image', () => {
  it.each([
    ['acme/blog', 'as Docker Hub has it'],
    ['docker.io/acme/blog:5', 'with its registry and a tag'],
    ['index.docker.io/acme/blog', 'by another name of the registry'],
    ['acme/blog@sha256:abc', 'with a digest'],
    ['acme/blog:5@sha256:abc', 'with a tag and a digest'],
    ['registry.example:5000/acme/blog', 'in a mirror with a port'],
    ['localhost/acme/blog:5', 'on this machine'],
    ['asia-docker.pkg.dev/project/remote/acme/blog:5', 'deep in a mirror'],
    ['ghost', 'of one part'],
    ['ghost:5-alpine', 'of one part with a tag'],
    ['docker.io/library/ghost:5', 'of one part, written out'],
  ])('%s is the app (%s)', (image) => {
    expect(recognised({ image })).toBe('blog');
  });

  it.each([
    ['acme/blog-exporter', 'a longer name'],
    ['acme/my-blog', 'a longer name that ends alike'],
    ['other/blog', 'the name under another owner'],
    ['blog', 'the name alone'],
    ['acme/blog/sidecar', 'an image below it'],
    ['acme/ghost', 'a name of one part under an owner, which may be anything'],
    ['registry.example/acme/ghost', 'the same in a registry'],
    ['', 'no image'],
    ['@sha256:abc', 'a digest alone'],
  ])('%s is not the app (%s)', (image) => {
    expect(recognised({ image })).toBe(undefined);
  });
});

describe('an image of several programs', () => {
  const image = 'quay.io/acme/suite:1';

  it.each<[string, RawObject]>([
    ['command names it', { command: ['suite-server'] }],
    ['command names it with its path', { command: ['/usr/local/bin/suite-server', '--x'] }],
    ['args name it', { args: ['suite-server'] }],
    ['a shell runs it', { command: ['/bin/sh', '-c', 'exec suite-server --x'] }],
    ['a shell runs it from args', { command: ['bash', '-euc'], args: ['sleep 1; suite-server'] }],
    ['a shell runs it on a line of its own', { command: ['sh', '-c', 'set -e\ncd /tmp\n"suite-server" --x'] }],
    ['env runs it', { command: ['env', 'A=b', 'suite-server'] }],
    ['tini runs it', { command: ['/sbin/tini', '--', 'suite-server'] }],
    ['nothing names a program, and the container has the name', { name: 'server' }],
    ['options alone leave the program to the image', { name: 'server', args: ['--verbose'] }],
  ])('is the app where %s', (_, container) => {
    expect(recognised({ image, ...container })).toBe('suite-server');
  });

  it.each<[string, RawObject]>([
    ['command names another', { name: 'server', command: ['suite-worker'] }],
    ['args name another', { name: 'server', args: ['/usr/local/bin/suite-worker', 'suite-server'] }],
    ['a shell runs another', { name: 'server', command: ['sh', '-c', 'suite-worker --server=suite-server'] }],
    ['nothing names a program, nor does the container', { name: 'main' }],
  ])('is another program where %s', (_, container) => {
    expect(recognised({ image, ...container })).toBe(undefined);
  });

  it('is proven by the program where a mirror keeps the last part only', () => {
    const flat = 'registry.example/mirror/suite:1';
    expect(recognised({ image: flat, command: ['suite-server'] })).toBe('suite-server');
    expect(recognised({ image: flat, name: 'server' })).toBe(undefined);
    expect(recognised({ image: flat, command: ['suite-worker'] })).toBe(undefined);
  });

  it('has another name that is not mirrored', () => {
    expect(recognised({ image: 'acme/blog-mirror', command: ['suite-server'] })).toBe(undefined);
  });
});

describe('an answer', () => {
  const image = 'acme/blog';
  const redirect = { app: 'blog', name: 'Blog', status: 301, redirectsToHttps: true, fix: BLOG.fix, unless: undefined };

  it('is the first that applies to path and port', () => {
    expect(answerOf({ image })).toEqual(redirect);
    expect(answerOf({ image }, { path: '/open' })).toEqual({ ...redirect, status: 204, redirectsToHttps: false });
    expect(answerOf({ image }, { path: '/metrics', port: 9000 })).toEqual({
      ...redirect,
      status: 200,
      redirectsToHttps: false,
    });
    expect(answerOf({ image }, { path: '/metrics' })).toEqual(redirect);
  });

  it('does not depend on the query', () => {
    expect(answerOf({ image }, { path: '/open?full=true' })?.status).toBe(204);
  });

  it('depends on the settings', () => {
    expect(answerOf({ image, env: [{ name: 'PLAIN', value: '1' }] })?.status).toBe(200);
    expect(answerOf({ image, args: ['--prefix=/x'] }, { path: '/odd' })?.status).toBe(404);
    expect(answerOf({ image }, { path: '/odd' })).toEqual(redirect);
  });

  it('is not known where none applies', () => {
    expect(answerOf({ image, env: [{ name: 'PLAIN', value: '1' }] }, { path: '/other' })).toBe(undefined);
  });

  it('says what could not be seen, and goes on to the next that would apply', () => {
    const env = [{ name: 'PLAIN', valueFrom: { configMapKeyRef: { name: 'blog', key: 'plain' } } }];
    expect(answerOf({ image, env })).toEqual({
      ...redirect,
      status: 200,
      redirectsToHttps: false,
      unless: 'ConfigMap "blog" sets plain',
    });
    expect(answerOf({ image, env }, { neighbours: [configMap({ name: 'blog', data: { plain: '0' } })] })).toEqual(
      redirect,
    );
  });

  it('of a later app replaces that of an earlier one of the same id', () => {
    const workload = parsed(deployment({ container: { image } })) as Workload;
    const [container] = workload.containers;
    if (container === undefined) throw new TypeError('the workload has a container');
    const mine: AppFile = { ...BLOG, name: 'My blog', answers: [{ path: '*', status: 200 }] };
    const snapshot = createSnapshot([], 'nothing');
    expect(
      createAppCatalogue([BLOG, mine]).answerOf(workload, container, { port: undefined, path: '/' }, snapshot)?.name,
    ).toBe('My blog');
  });
});
