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
    { path: '/area/*', status: 403 },
    { path: '/asked?full=*', status: 200 },
    { path: '/asked', status: 204 },
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

/** A program of many subcommands. */
const TOOL: AppFile = {
  ...BASE,
  id: 'tool',
  name: 'Tool',
  match: { images: ['quay.io/acme/tool'], programs: ['tool serve'] },
  answers: [{ path: '*', status: 302 }],
};

const FRAME: AppFile = {
  ...BASE,
  id: 'frame',
  name: 'Frame',
  match: { env: ['FRAME_HTTPS'], flags: ['--frame-https'] },
  settings: {
    https: [
      { env: 'FRAME_HTTPS', equals: 'on' },
      { flag: '--frame-https', equals: 'on' },
    ],
  },
  answers: [{ path: '*', when: ['https'], status: 301, redirectsToHttps: true }],
};

const AGED: AppFile = {
  ...BASE,
  id: 'aged',
  name: 'Aged',
  match: { images: ['docker.io/acme/aged'] },
  answers: [
    { path: '/always', status: 200 },
    { path: '/', versions: { below: '2.5' }, status: 204 },
    { path: '/', versions: { from: '2.5' }, status: 200 },
  ],
  olderFixes: [{ below: '2.5', fix: 'Set the flag.' }],
};

const ANCIENT: AppFile = {
  ...BASE,
  id: 'ancient',
  name: 'Ancient',
  match: { images: ['docker.io/acme/ancient'], versions: { below: '1' } },
  answers: [{ path: '*', status: 204 }],
};

const TLS: AppFile = {
  ...BASE,
  id: 'tls',
  name: 'Tls',
  match: { images: ['docker.io/acme/tls'] },
  settings: { https: [{ probeScheme: 'HTTPS' }] },
  answers: [
    {
      probedPort: true,
      path: '*',
      when: ['https'],
      tlsOnly: true,
      fix: 'Say HTTPS.',
      note: 'And more.',
      unlessUnseen: 'a file says no',
    },
  ],
};

const CATALOGUE = createAppCatalogue([BLOG, SERVER, TOOL, FRAME, AGED, ANCIENT, TLS]);

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
  return CATALOGUE.answerOf(workload, first, { port, path }, snapshot);
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
    ['docker.io/ghost', 'of one part, with its registry'],
    ['mirror.example/hub/library/ghost:5', 'of one part, in a mirror that keeps the library'],
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
    ['registry.example/ghost', 'a name of one part in a private registry'],
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

describe('an image of one program among others, which takes subcommands', () => {
  const image = 'quay.io/acme/tool:1';

  it.each<[string, RawObject]>([
    ['command names both', { command: ['/bin/tool', 'serve', '--x'] }],
    ['args name the subcommand, for the image starts the program', { args: ['serve'] }],
    ['an entrypoint script is given both', { args: ['/usr/bin/docker-entrypoint.sh', 'tool', 'serve'] }],
    ['nothing is named, and any container counts', {}],
  ])('is the app where %s', (_, container) => {
    expect(recognised({ image, ...container })).toBe('tool');
  });

  it.each<[string, RawObject]>([
    ['another subcommand', { args: ['migrate', 'serve'] }],
    ['the program without the subcommand', { command: ['tool'] }],
    ['a flattened mirror that names the subcommand only', { image: 'registry.example/x/tool:1', args: ['serve'] }],
  ])('is another where there is %s', (_, container) => {
    expect(recognised({ image, ...container })).toBe(undefined);
  });

  it('is proven by both in a flattened mirror', () => {
    expect(recognised({ image: 'registry.example/x/tool:1', command: ['tool', 'serve'] })).toBe('tool');
  });
});

describe('an app without an image', () => {
  const env = [{ name: 'FRAME_HTTPS', value: 'on' }];

  it('is recognised by a variable or a flag, whatever the image', () => {
    expect(recognised({ env })).toBe('frame');
    expect(recognised({ args: ['--frame-https=on'] })).toBe('frame');
    expect(recognised({ env: [{ name: 'FRAME_HTTPS', value: 'off' }] })).toBe(undefined);
    expect(recognised({ env: [{ name: 'FRAME', value: 'on' }] })).toBe(undefined);
  });

  it('is recognised by a key that envFrom brings, where the ConfigMap is known', () => {
    const envFrom = [{ prefix: 'FRAME_', configMapRef: { name: 'frame' } }];
    expect(answerOf({ envFrom }, { neighbours: [configMap({ name: 'frame', data: { HTTPS: 'on' } })] })?.app).toBe(
      'frame',
    );
    expect(answerOf({ envFrom })).toBe(undefined);
  });

  it('is nothing besides an app that is known by its image', () => {
    expect(recognised({ image: 'acme/blog', env: [...env, { name: 'PLAIN', value: '1' }] })).toBe('blog');
    expect(answerOf({ image: 'acme/blog', env: [...env, { name: 'PLAIN', value: '1' }] }, { path: '/other' })).toBe(
      undefined,
    );
  });
});

describe('the version in a tag', () => {
  it.each([
    ['2.4.9', 'below'],
    ['v2.4.9', 'below'],
    ['2.4.9-debian-12-r0', 'below'],
    ['2.5.0', 'from'],
    ['2.5', 'from'],
    ['3', 'from'],
    ['v10.0.1-alpine', 'from'],
  ])('%s decides', (tag, expected) => {
    expect(answerOf({ image: `acme/aged:${tag}` })?.status).toBe(expected === 'below' ? 204 : 200);
  });

  it.each(['2', 'latest', '', '2x', 'sha-2.4', '20240131', '@sha256:abc'])('%j is in no range', (tag) => {
    expect(answerOf({ image: tag.startsWith('@') ? `acme/aged${tag}` : `acme/aged:${tag}` })).toBe(undefined);
  });

  it('chooses the fix, and the newest where it cannot be told', () => {
    expect(answerOf({ image: 'acme/aged:2.4' })?.fix).toBe('Set the flag.');
    expect(answerOf({ image: 'acme/aged:2.5' })?.fix).toBe(BASE.fix);
    expect(answerOf({ image: 'acme/aged:latest' }, { path: '/always' })?.fix).toBe(BASE.fix);
  });

  it('may be asked of the app as a whole', () => {
    expect(recognised({ image: 'acme/ancient:0.9' })).toBe('ancient');
    expect(recognised({ image: 'acme/ancient:1.0' })).toBe(undefined);
    expect(recognised({ image: 'acme/ancient' })).toBe(undefined);
  });
});

describe('a port', () => {
  it('of a Pod with several containers belongs to the one that declares it, and to nobody else', () => {
    const containers = [
      { name: 'blog', image: 'acme/blog', ports: [{ containerPort: 8080 }] },
      { name: 'side', image: 'acme/side' },
    ];
    const workload = parsed(deployment({ containers })) as Workload;
    const ask = (port: number): AppAnswer | undefined => {
      const [container] = workload.containers;
      if (container === undefined) throw new TypeError('the workload has a container');
      return CATALOGUE.answerOf(workload, container, { port, path: '/' }, createSnapshot([], 'nothing'));
    };
    expect(ask(8080)?.status).toBe(301);
    expect(ask(8081)).toBe(undefined);
  });

  it('may be the one that the readiness probe asks', () => {
    const image = 'acme/tls';
    const ports = [{ name: 'web', containerPort: 8443 }];
    const probed = (port: number | string): RawObject => ({ httpGet: { scheme: 'HTTPS', port, path: '/' } });
    const expected = {
      app: 'tls',
      name: 'Tls',
      status: 0,
      redirectsToHttps: false,
      speaksTlsOnly: true,
      fix: 'Say HTTPS.',
      note: 'And more.',
      unless: 'a file says no',
    };
    expect(answerOf({ image, ports, readinessProbe: probed(8443) }, { port: 8443 })).toEqual(expected);
    expect(answerOf({ image, ports, readinessProbe: probed('web') }, { port: 8443 })).toEqual(expected);
    expect(answerOf({ image, ports, readinessProbe: probed(8080) }, { port: 8443 })).toBe(undefined);
    expect(answerOf({ image, ports, readinessProbe: { httpGet: { port: 8443 } } }, { port: 8443 })).toBe(undefined);
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

  it('depends on the query where the catalogue names one', () => {
    expect(answerOf({ image }, { path: '/asked?full=true' })?.status).toBe(200);
    expect(answerOf({ image }, { path: '/asked?part=true' })?.status).toBe(204);
  });

  it('may be that of every path below one', () => {
    expect(answerOf({ image }, { path: '/area/51' })?.status).toBe(403);
    expect(answerOf({ image }, { path: '/area' })?.status).toBe(301);
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

  it('of an app that comes later is asked first where both are of one image', () => {
    const workload = parsed(deployment({ container: { image } })) as Workload;
    const [container] = workload.containers;
    if (container === undefined) throw new TypeError('the workload has a container');
    const mine: AppFile = { ...BLOG, id: 'my-blog', answers: [{ path: '/open', status: 200 }] };
    const catalogue = createAppCatalogue([BLOG, mine]);
    const ask = (path: string): string | undefined =>
      catalogue.answerOf(workload, container, { port: 8080, path }, createSnapshot([], 'nothing'))?.app;
    expect([ask('/open'), ask('/')]).toEqual(['my-blog', 'blog']);
  });
});
