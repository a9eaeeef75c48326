// The plug-in for krew: an archive of what the image holds, and the manifest that names it by its hash.
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { stringify } from 'yaml';
import { archiveOf, byCode } from '../image/layer.ts';

/** As it is typed after kubectl, and called in the index of krew. */
const PLUGIN = 'gke-ingress';
/** What krew links into PATH; it starts with a line for Node.js. */
const PROGRAM = 'dist/kubectl-gke_ingress.cjs';

export interface KrewRelease {
  readonly version: string;
  /** OWNER/NAME, whose release of this version has the archive. */
  readonly repository: string;
  /** Of package.json. */
  readonly description: string;
  /** What `npm run image:tree` writes. */
  readonly tree: string;
  /** Of every file, in seconds since 1970. */
  readonly mtime: number;
}

/** @returns files by name: the archive and the manifest. @throws {Error} where that is no repository, or the tree has no program */
export function krewFiles(release: KrewRelease): ReadonlyMap<string, Buffer> {
  const { repository, tree, version, mtime } = release;
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository)) throw new Error(`"${repository}" is not OWNER/NAME`);
  const program = join(tree, PROGRAM);
  if (!existsSync(program)) throw new Error(`${program} is not there: the tree is not one of this program`);
  // krew links to it and does not change its mode.
  chmodSync(program, 0o555);
  // Links to programs of packages; krew unpacks no archive that has a link in it.
  rmSync(join(tree, 'node_modules/.bin'), { recursive: true, force: true });
  checkLinks(tree);
  const archive = gzipSync(archiveOf(tree, PLUGIN, readdirSync(tree).toSorted(byCode), mtime), { level: 9 });
  const name = `kubectl-gke_ingress-v${version}.tar.gz`;
  return new Map([
    [name, archive],
    [`${PLUGIN}.yaml`, Buffer.from(manifestOf(release, name, archive))],
  ]);
}

function checkLinks(tree: string): void {
  const entries = readdirSync(tree, { recursive: true, withFileTypes: true });
  const links = entries.filter((entry) => entry.isSymbolicLink()).map(({ parentPath, name }) => join(parentPath, name));
  if (links.length > 0) throw new Error(`krew unpacks no links, and there are: ${links.join(', ')}`);
}

/** https://krew.sigs.k8s.io/docs/developer-guide/plugin-manifest/ */
function manifestOf({ version, repository, description }: KrewRelease, archive: string, content: Buffer): string {
  const home = `https://github.com/${repository}`;
  return stringify(
    {
      apiVersion: 'krew.googlecontainertools.github.com/v1alpha2',
      kind: 'Plugin',
      metadata: { name: PLUGIN },
      spec: {
        version: `v${version}`,
        homepage: home,
        shortDescription: 'Predict what the GKE Ingress controller does',
        description: `${description}.\n`,
        caveats: 'It needs Node.js 24 or later in PATH.\n',
        platforms: [
          {
            // The archive is JavaScript without native parts. Windows is left out: krew would call a script a program there.
            selector: { matchExpressions: [{ key: 'os', operator: 'In', values: ['linux', 'darwin'] }] },
            uri: `${home}/releases/download/v${version}/${archive}`,
            sha256: createHash('sha256').update(content).digest('hex'),
            files: [{ from: `${PLUGIN}/*`, to: '.' }],
            bin: PROGRAM,
          },
        ],
      },
    },
    { lineWidth: 0 },
  );
}
