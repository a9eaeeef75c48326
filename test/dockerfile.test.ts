// The image without Docker: what the Dockerfile says, and the reader of it that `npm run image:tree` builds with.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import {
  type Instruction,
  parseAllowed,
  parseCopy,
  parseDockerfile,
  parsePairs,
  type Stage,
} from '../scripts/image/dockerfile.ts';
import { buildImageTree } from '../scripts/image/tree.ts';
import { run } from './cli/support.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

const { args, stages } = parseDockerfile(read('Dockerfile'));
const last = stages.at(-1);
const manifest: { version: string; license: string; bin: Record<string, string>; scripts: Record<string, string> } =
  JSON.parse(read('package.json'));

function textsOf(stage: Stage | undefined, name: string): readonly string[] {
  return (stage?.instructions ?? []).filter((one: Instruction) => one.name === name).map(({ text }) => text);
}

describe('the Dockerfile', () => {
  it('takes its base images from arguments, so that a digest can be given', () => {
    const images = stages.map(({ image }) => /^\$\{(\w+)\}$/.exec(image)?.[1]);
    expect(images).toEqual(['BUILD_IMAGE', 'BUILD_IMAGE', 'RUNTIME_IMAGE']);
    expect([...args.keys()]).toEqual(['BUILD_IMAGE', 'RUNTIME_IMAGE']);
  });

  it('builds and runs on the major version of Node that package.json asks for', () => {
    const { engines }: { engines: { node: string } } = JSON.parse(read('package.json'));
    const major = /\d+/.exec(engines.node)?.[0];
    expect(args.get('BUILD_IMAGE')).toBe(`node:${major}-slim`);
    expect(args.get('RUNTIME_IMAGE')).toBe(`gcr.io/distroless/nodejs${major}-debian12:nonroot`);
  });

  it('copies only what is there and what .dockerignore lets through', () => {
    const allowed = parseAllowed(read('.dockerignore'));
    const copied = stages
      .flatMap((stage) => textsOf(stage, 'COPY'))
      .map(parseCopy)
      .filter(({ from }) => from === undefined)
      .flatMap(({ sources }) => sources);
    for (const source of copied) expect([source, existsSync(join(ROOT, source))]).toEqual([source, true]);
    expect(allowed.toSorted()).toEqual([...new Set(copied)].toSorted());
  });

  it('copies from stages that come before', () => {
    for (const [index, stage] of stages.entries()) {
      const before = stages.slice(0, index).map(({ name }) => name);
      for (const { from } of textsOf(stage, 'COPY').map(parseCopy)) {
        if (from !== undefined) expect(before).toContain(from);
      }
    }
  });

  it('ends in a stage that runs nothing, for there is no shell', () => {
    expect(textsOf(last, 'RUN')).toEqual([]);
  });

  it('starts the program of package.json, in exec form, as a number that is not root', () => {
    const [entry = ''] = textsOf(last, 'ENTRYPOINT');
    const [node, ...words]: string[] = JSON.parse(entry);
    expect([node, ...words.filter((word) => !word.startsWith('--'))]).toEqual(['node', '/app/dist/main.js']);
    // The program that npm links starts the same, after a look at the version of Node.js, which is pinned here.
    expect(manifest.bin['gke-ingress-guard']).toBe('dist/bin.cjs');
    expect(read('src/bin.cts')).toContain("import('./main.ts')");
    // The flags for V8 are known to the node that is pinned; one that it does not know it would refuse to start with.
    const flags = words.filter((word) => word.startsWith('--'));
    expect(spawnSync(process.execPath, [...flags, '--eval', '']).status).toBe(0);
    expect(textsOf(last, 'CMD')).toEqual(['["serve"]']);
    expect(textsOf(last, 'USER')).toEqual(['65532:65532']);
    expect(textsOf(last, 'WORKDIR')).toEqual(['/app']);
    expect(textsOf(last, 'STOPSIGNAL')).toEqual(['SIGTERM']);
  });

  it('exposes the ports that the program listens on and the Deployment names', async () => {
    const exposed = textsOf(last, 'EXPOSE').flatMap((text) => text.split(' '));
    const { out } = await run(['serve', '--help']);
    const defaults = [...out.matchAll(/--(?:health-)?port <port>[^-]*?\(default:\s+(\d+)\)/g)].map(([, port]) => port);
    expect(exposed).toEqual(defaults);
    expect(defaults).toHaveLength(2);
    interface Deployment {
      readonly spec: { readonly template: { readonly spec: { readonly containers: readonly Container[] } } };
    }
    interface Container {
      readonly ports: readonly { readonly containerPort: number }[];
    }
    const deployment: Deployment = parse(read('deploy/base/deployment.yaml'));
    const ports = deployment.spec.template.spec.containers.flatMap((container) => container.ports);
    expect(ports.map(({ containerPort }) => String(containerPort))).toEqual(exposed);
  });

  it('has the labels of OCI, with the version of package.json', () => {
    const labels = parsePairs(textsOf(last, 'LABEL').join(' '));
    const prefix = 'org.opencontainers.image.';
    expect([...labels.keys()]).toEqual(
      ['title', 'description', 'licenses', 'version', 'revision'].map((key) => prefix + key),
    );
    expect(labels.get(`${prefix}licenses`)).toBe(manifest.license);
    expect(labels.get(`${prefix}version`)).toMatch(/^\$\{VERSION\}$/);
    expect(textsOf(last, 'ARG')).toEqual([`VERSION=${manifest.version}`, 'REVISION=unknown']);
  });

  it('runs production code and finds node both in distroless and in other images', () => {
    const environment = parsePairs(textsOf(last, 'ENV').join(' '));
    expect(environment.get('NODE_ENV')).toBe('production');
    expect(environment.get('NODE_DISABLE_COMPILE_CACHE')).toBe('1');
    expect(environment.get('PATH')?.split(':').slice(0, 2)).toEqual(['/nodejs/bin', '/usr/local/bin']);
  });
});

describe('the reader of Dockerfiles', () => {
  it.each([
    ['an instruction that it does not know', 'FROM a\nHEALTHCHECK NONE\n', 'HEALTHCHECK NONE'],
    ['an option of FROM', 'FROM --platform=linux/arm64 a\n', '--platform=linux/arm64'],
    ['what stands before FROM and is no ARG', 'RUN true\nFROM a\n', 'before the first FROM'],
  ])('refuses %s', (_, text, said) => {
    expect(() => parseDockerfile(text)).toThrow(said);
  });

  it('refuses an option of COPY, and a .dockerignore of another kind', () => {
    expect(() => parseCopy('--chown=1:1 a b')).toThrow('--chown');
    expect(() => parseAllowed('node_modules\n')).toThrow('.dockerignore');
  });

  it('joins continued lines and leaves out comments', () => {
    const text = '# of all\nARG A=1\nFROM x AS y\nENV B=2 \\\n  # between\n    C="3 4"\n';
    const [stage] = parseDockerfile(text).stages;
    expect(stage).toEqual({ image: 'x', name: 'y', instructions: [{ name: 'ENV', text: 'B=2 C="3 4"' }] });
    expect([...parsePairs('B=2 C="3 4"')]).toEqual([
      ['B', '2'],
      ['C', '3 4'],
    ]);
  });
});

describe('the tree of an image', () => {
  const dir = mkdtempSync(join(tmpdir(), 'guard-tree-'));
  let count = 0;
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  const DOCKERFILE = [
    'ARG IMAGE=any',
    'FROM $IMAGE AS build',
    'WORKDIR /work',
    'COPY one.txt two.txt ./',
    'RUN cat one.txt two.txt > both.txt && ln -s both.txt link && chmod 755 both.txt',
    'FROM $IMAGE',
    'WORKDIR /app',
    'COPY folder ./folder',
    'COPY --from=build /work/both.txt /work/link ./',
    'ENV A=b',
    '',
  ].join('\n');

  function build(files: Readonly<Record<string, string>> = {}): { target: string; digest: string; env: unknown } {
    count += 1;
    const context = join(dir, `context-${count}`);
    const target = join(dir, `tree-${count}`);
    mkdirSync(join(context, 'folder'), { recursive: true });
    const all = {
      Dockerfile: DOCKERFILE,
      '.dockerignore': '*\n!one.txt\n!two.txt\n!folder\n',
      'one.txt': '1',
      'two.txt': '2',
      'folder/three.txt': '3',
      ...files,
    };
    for (const [name, text] of Object.entries(all)) writeFileSync(join(context, name), text);
    const { digest, environment } = buildImageTree({ context, target, env: { PATH: '/usr/bin:/bin' }, log: () => {} });
    return { target, digest, env: Object.fromEntries(environment) };
  }

  it('holds what the last stage copies, and nothing else', () => {
    const { target, env } = build();
    expect(readdirSync(target, { recursive: true }).toSorted()).toEqual([
      'both.txt',
      'folder',
      'folder/three.txt',
      'link',
    ]);
    expect(readFileSync(join(target, 'link'), 'utf8')).toBe('12');
    expect(env).toEqual({ A: 'b' });
  });

  it('has the same digest for the same content, and another for another', () => {
    expect(build().digest).toBe(build().digest);
    expect(build({ 'two.txt': '3' }).digest).not.toBe(build().digest);
  });

  it('does not build where .dockerignore keeps out what is copied, or a command fails', () => {
    expect(() => build({ '.dockerignore': '*\n!one.txt\n!folder\n' })).toThrow(
      'COPY two.txt: .dockerignore keeps it out',
    );
    expect(() => build({ Dockerfile: 'FROM x\nWORKDIR /app\nRUN echo no; exit 3\n' })).toThrow('ended with 3\nno');
  });
});
