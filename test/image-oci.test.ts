// The OCI image without Docker, on a small tree: what is written is read back, and taken as the base of another one. The
// real tree is built, pushed and run in test/cluster/image.test.ts.
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type OciOptions, ociImageOf, writeLayout } from '../scripts/image/oci.ts';
import { type ReadLayout, readLayout, untar } from './support/oci-layout.ts';

const dir = mkdtempSync(join(tmpdir(), 'guard-oci-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
let count = 0;
const fresh = (what: string): string => join(dir, `${what}-${++count}`);

const DOCKERFILE = `FROM any
ARG VERSION=1.2.3
ARG REVISION=unknown
LABEL org.opencontainers.image.version="\${VERSION}" org.opencontainers.image.revision="\${REVISION}"
ENV PATH=/nodejs/bin:/bin MODE=production
WORKDIR /srv/app
USER 65532:65532
EXPOSE 10250 8080
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "/srv/app/main.js"]
CMD ["serve"]
`;

/** Longer than the name of a tar header, with characters of two bytes. */
const LONG = `node_modules/${'ü'.repeat(60)}/${'x'.repeat(90)}.js`;

function writeTree(mtimeSeconds: number): string {
  const tree = fresh('tree');
  mkdirSync(join(tree, LONG, '..'), { recursive: true });
  mkdirSync(join(tree, 'empty'));
  writeFileSync(join(tree, 'main.js'), 'program');
  writeFileSync(join(tree, LONG), 'dependency');
  writeFileSync(join(tree, 'tool'), 'tool');
  chmodSync(join(tree, 'tool'), 0o555);
  symlinkSync('main.js', join(tree, 'link'));
  utimesSync(join(tree, 'main.js'), mtimeSeconds, mtimeSeconds);
  return tree;
}

interface Written {
  readonly file: string;
  readonly digest: string;
}

function write(options: Partial<OciOptions> & { readonly dockerfile?: string } = {}): Written {
  const context = fresh('context');
  mkdirSync(context);
  writeFileSync(join(context, 'Dockerfile'), options.dockerfile ?? DOCKERFILE);
  const file = `${fresh('image')}.tar`;
  const { tree = writeTree(1), base, args = new Map<string, string>(), epoch } = options;
  const image = ociImageOf({ context, tree, base, args, epoch });
  writeLayout(image, file, epoch);
  return { file, digest: image.digest };
}

function unpack({ file }: Written): string {
  const layout = fresh('layout');
  untar(file, layout);
  return layout;
}

const read = (written: Written): ReadLayout => readLayout(unpack(written));

describe('an OCI image', () => {
  it('is one index over both architectures, whose descriptors are all true', () => {
    const written = write();
    const layout = read(written);
    expect(layout.digest).toBe(written.digest);
    expect(layout.refName).toBe('1.2.3');
    expect(layout.images.map(({ platform }) => platform)).toEqual([
      { architecture: 'amd64', os: 'linux' },
      { architecture: 'arm64', os: 'linux' },
    ]);
    const [amd64, arm64] = layout.images;
    expect(arm64?.layers).toEqual(amd64?.layers);
    expect(arm64?.config).toEqual({ ...amd64?.config, architecture: 'arm64' });
  });

  it('is configured as the last stage says', () => {
    const { images } = read(write({ args: new Map([['REVISION', 'abc']]) }));
    const labels = { 'org.opencontainers.image.version': '1.2.3', 'org.opencontainers.image.revision': 'abc' };
    expect(images[0]?.annotations).toEqual(labels);
    expect(images[0]?.config.config).toEqual({
      User: '65532:65532',
      ExposedPorts: { '10250/tcp': {}, '8080/tcp': {} },
      Env: ['PATH=/nodejs/bin:/bin', 'MODE=production'],
      Entrypoint: ['node', '/srv/app/main.js'],
      Cmd: ['serve'],
      WorkingDir: '/srv/app',
      Labels: labels,
      StopSignal: 'SIGTERM',
    });
  });

  it('unpacks to the tree, which only user 0 may write, with the dependencies in a layer of their own', () => {
    const [image] = read(write()).images;
    const [dependencies = '', program = ''] = image?.layers ?? [];
    const [one, two] = [fresh('root'), fresh('root')];
    untar(dependencies, one, '-z', '-p');
    untar(program, two, '-z', '-p');
    expect(readdirSync(join(one, 'srv/app'))).toEqual(['node_modules']);
    expect(readFileSync(join(one, 'srv/app', LONG), 'utf8')).toBe('dependency');
    expect(readdirSync(join(two, 'srv/app')).toSorted()).toEqual(['empty', 'link', 'main.js', 'tool']);
    const modeOf = (path: string): number => lstatSync(join(two, 'srv/app', path)).mode & 0o777;
    expect([modeOf('main.js'), modeOf('tool'), modeOf('empty'), modeOf('.')]).toEqual([0o644, 0o755, 0o755, 0o755]);
    expect(readlinkSync(join(two, 'srv/app/link'))).toBe('main.js');
    expect(lstatSync(join(two, 'srv/app/main.js')).mtimeMs).toBe(0);
  });

  it('is the same bytes for the same content, whatever the times and modes of the files, and others for other content', () => {
    const trees = [writeTree(1), writeTree(2), writeTree(3)] as const;
    chmodSync(join(trees[1], 'main.js'), 0o600);
    writeFileSync(join(trees[2], 'main.js'), 'another');
    const [first, second, third] = trees.map((tree) => readFileSync(write({ tree }).file));
    expect(second?.equals(first ?? Buffer.alloc(0))).toBe(true);
    expect(third?.equals(first ?? Buffer.alloc(0))).toBe(false);
  });

  it('says when it was made only where SOURCE_DATE_EPOCH does', () => {
    const [image] = read(write({ epoch: 1_767_225_600 })).images;
    expect(image?.config.created).toBe('2026-01-01T00:00:00.000Z');
    const root = fresh('root');
    untar(image?.layers[1] ?? '', root, '-z');
    expect(lstatSync(join(root, 'srv/app/main.js')).mtimeMs).toBe(1_767_225_600_000);
    expect(read(write()).images[0]?.config).not.toHaveProperty('created');
  });

  it('refuses a value that no ARG asks for, and a command that needs a shell', () => {
    expect(() => write({ args: new Map([['REVISON', 'x']]) })).toThrow('no ARG REVISON');
    expect(() => write({ dockerfile: 'FROM any\nWORKDIR /app\nCMD serve\n' })).toThrow('would need a shell');
  });
});

describe('an OCI image on a base image', () => {
  const BASE =
    'FROM any\nWORKDIR /nodejs\nENV SSL_CERT_FILE=/etc/certs PATH=/bin\nLABEL vendor=base\nUSER 0\nCMD ["sh"]\n';
  const layout = (): string => unpack(write({ dockerfile: BASE, epoch: 5 }));

  it('has its layers below ours, its environment where we say nothing, and its digest', () => {
    const base = layout();
    const [below, image] = [readLayout(base).images[0], read(write({ base })).images[0]];
    expect(image?.config.rootfs.diff_ids.slice(0, 2)).toEqual(below?.config.rootfs.diff_ids);
    expect(image?.config.rootfs.diff_ids).toHaveLength(4);
    expect(image?.config.history).toHaveLength(4);
    expect(image?.config.config.Env).toEqual(['SSL_CERT_FILE=/etc/certs', 'PATH=/nodejs/bin:/bin', 'MODE=production']);
    expect(image?.config.config).toMatchObject({ User: '65532:65532', Cmd: ['serve'], Labels: { vendor: 'base' } });
    const [named] = (
      JSON.parse(readFileSync(join(base, 'blobs', readLayout(base).digest.replace(':', '/')), 'utf8')) as {
        readonly manifests: readonly { readonly digest: string }[];
      }
    ).manifests;
    expect(image?.annotations['org.opencontainers.image.base.digest']).toBe(named?.digest);
  });

  it('takes a base in the media types of Docker, and writes those of OCI', () => {
    const [image] = read(write({ base: inDockerTypes(layout()) })).images;
    expect(new Set(image?.layerTypes)).toEqual(new Set(['application/vnd.oci.image.layer.v1.tar+gzip']));
    expect(image?.layers).toHaveLength(4);
  });

  it('is not built on a base that lacks an architecture, is no layout, or has been changed', () => {
    const one = layout();
    const index = JSON.parse(readFileSync(join(one, 'index.json'), 'utf8'));
    const path = join(one, 'blobs', String(index.manifests[0].digest).replace(':', '/'));
    const { manifests } = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(join(one, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: manifests.slice(0, 1) }));
    expect(() => write({ base: one })).toThrow('no image for linux/arm64');
    expect(() => write({ base: dir })).toThrow('is no OCI image layout: oci-layout cannot be read');
    for (const [change, said] of [
      [(file: string) => appendFileSync(file, 'x'), 'bytes instead of'],
      [(file: string) => writeFileSync(file, Buffer.alloc(readFileSync(file).length)), 'another hash'],
    ] as const) {
      const changed = layout();
      const [layer = ''] = readLayout(changed).images[0]?.layers ?? [];
      change(layer);
      expect(() => write({ base: changed })).toThrow(said);
    }
  });

  it('leaves no half-written archive behind', () => {
    const changed = layout();
    const [layer = ''] = readLayout(changed).images[0]?.layers ?? [];
    appendFileSync(layer, 'x');
    expect(() => write({ base: changed })).toThrow();
    expect(readdirSync(dir).filter((name) => name.endsWith('.unfinished'))).toEqual([]);
  });

  it('does not follow a digest out of the directory', () => {
    const base = layout();
    const evil = {
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      digest: 'sha256:../../oci-layout',
      size: 30,
    };
    writeFileSync(join(base, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [evil] }));
    expect(() => write({ base })).toThrow('is no SHA-256 digest');
  });
});

/** As older tools write a layout: the same formats under Docker's names. */
function inDockerTypes(layout: string): string {
  const names: readonly (readonly [string, string])[] = [
    ['application/vnd.oci.image.manifest.v1+json', 'application/vnd.docker.distribution.manifest.v2+json'],
    ['application/vnd.oci.image.layer.v1.tar+gzip', 'application/vnd.docker.image.rootfs.diff.tar.gzip'],
    ['application/vnd.oci.image.config.v1+json', 'application/vnd.docker.container.image.v1+json'],
  ];
  const renamed = (text: string): string => names.reduce((all, [from, to]) => all.replaceAll(from, to), text);
  const blob = (digest: string): string => join(layout, 'blobs', digest.replace(':', '/'));
  const index = JSON.parse(readFileSync(blob(readLayout(layout).digest), 'utf8'));
  const manifests = index.manifests.map((one: { readonly digest: string }) => {
    const text = renamed(readFileSync(blob(one.digest), 'utf8'));
    const digest = `sha256:${createHash('sha256').update(text).digest('hex')}`;
    writeFileSync(blob(digest), text);
    return { mediaType: names[0]?.[1], digest, size: Buffer.byteLength(text) };
  });
  writeFileSync(join(layout, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
  return layout;
}
