// The configuration that nginx of the official image reads in a container: nginx.conf and what it includes, as one tree.
// docker.io/library/nginx: /etc/nginx/nginx.conf includes mime.types and conf.d/*.conf, in which the image has default.conf alone;
// its entrypoint writes templates/ into conf.d/ (docker-nginx, 20-envsubst-on-templates.sh).
import type { ConfigMap, Container } from '../../kubernetes/objects.ts';
import { readOnce } from '../../plan/lazy.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { type ContainerFiles, filesOf, parsedOnce } from './container-files.ts';
import { type Directive, parseNginx } from './nginx-syntax.ts';

export interface Configuration<T> {
  readonly tree: T;
  /** The ConfigMap and the file that were read first. */
  readonly from: string;
}

const HOME = '/etc/nginx';
/** Of the image, without anything that answers. */
const OF_THE_IMAGE = parseNginx(`http { include ${HOME}/conf.d/*.conf; }`);
const FILES_OF_THE_IMAGE = ['fastcgi.conf', 'fastcgi_params', 'mime.types', 'scgi_params', 'uwsgi_params'];
const MAX_FILES = 20;
/** Of all files together. */
const MAX_DIRECTIVES = 2000;

type NginxConfiguration = Configuration<readonly Directive[]>;

interface Read {
  /** In the order of the mounts; an object of its own for each state of one. */
  readonly configMaps: readonly (ConfigMap | undefined)[];
  readonly found: NginxConfiguration | undefined;
}

/** By container: it is asked of each path and Ingress again, and the files are put together once. */
const lastRead = new WeakMap<Container, Read>();

/** @returns undefined where a part of it is not seen, or it may be started with another one */
export function readNginx(container: Container, namespace: string, snapshot: Snapshot): NginxConfiguration | undefined {
  const configMaps = container.mounts.map(({ configMap }) => snapshot.get('ConfigMap', namespace, configMap));
  const last = lastRead.get(container);
  if (last?.configMaps.every((one, index) => one === configMaps[index])) return last.found;
  const found = readNow(container, namespace, snapshot);
  lastRead.set(container, { configMaps, found });
  return found;
}

function readNow(container: Container, namespace: string, snapshot: Snapshot): NginxConfiguration | undefined {
  if (!startsAsTheImageDoes(container)) return undefined;
  const files = filesOf(container, namespace, snapshot);
  if (files.hasMountIn(`${HOME}/templates`) || files.hasMountIn('/docker-entrypoint.d')) return undefined;
  const reading = new Reading(files);
  const main = files.read(`${HOME}/nginx.conf`);
  if (main.state === 'text') reading.from = `nginx.conf of ConfigMap "${main.configMap.metadata.name}"`;
  const own = main.state === 'text' ? treeOf(main) : main.state === 'image' ? OF_THE_IMAGE : undefined;
  const tree = reading.expand(own, 1);
  return tree === undefined || reading.from === undefined ? undefined : { tree, from: reading.from };
}

const startsAsTheImageDoes = readOnce(({ command, args }: Container): boolean => {
  const words = [...command, ...args].join(' ');
  return words === '' || /^(\/usr\/sbin\/)?nginx( -g daemon off;?)?$/.test(words);
});

const treeOf = parsedOnce(parseNginx);

class Reading {
  from: string | undefined;
  #filesRead = 0;
  #directives = 0;
  readonly #files: ContainerFiles;

  constructor(files: ContainerFiles) {
    this.#files = files;
  }

  /** With what is included in its place. */
  expand(tree: readonly Directive[] | undefined, depth: number): readonly Directive[] | undefined {
    if (tree === undefined || depth > MAX_DEPTH) return undefined;
    const expanded: Directive[] = [];
    for (const directive of tree) {
      this.#directives += 1;
      if (this.#directives > MAX_DIRECTIVES) return undefined;
      const { name, args, block } = directive;
      const own = block === undefined ? undefined : this.expand(block, depth + 1);
      if (block !== undefined && own === undefined) return undefined;
      const parts = name === 'include' ? this.#included(args, depth) : [{ name, args, block: own }];
      if (parts === undefined) return undefined;
      expanded.push(...parts);
    }
    return expanded;
  }

  #included([pattern = '', ...others]: readonly string[], depth: number): readonly Directive[] | undefined {
    const path = pattern.startsWith('/') ? pattern : `${HOME}/${pattern}`;
    if (others.length > 0 || path.includes('/../')) return undefined;
    const parts: Directive[] = [];
    for (const file of this.#named(path) ?? [undefined]) {
      this.#filesRead += 1;
      if (file === undefined || this.#filesRead > MAX_FILES) return undefined;
      const found = this.#files.read(file);
      if (found.state === 'image' && isOfTheImage(file)) continue;
      if (found.state !== 'text') return undefined;
      this.from ??= `${file.split('/').at(-1)} of ConfigMap "${found.configMap.metadata.name}"`;
      const tree = this.expand(treeOf(found), depth + 1);
      if (tree === undefined) return undefined;
      parts.push(...tree);
    }
    return parts;
  }

  /** Only the last part may have one *, before an ending. */
  #named(path: string): readonly string[] | undefined {
    const end = path.lastIndexOf('/');
    const [directory, name] = [path.slice(0, end), path.slice(end + 1)];
    if (!/[*?[]/.test(path)) return [path];
    if (!/^\*(\.\w+)?$/.test(name) || /[*?[]/.test(directory)) return undefined;
    const names = this.#files.namesIn(directory, directory === `${HOME}/conf.d` ? ['default.conf'] : undefined);
    return names
      ?.filter((one) => !one.startsWith('.') && one.endsWith(name.slice(1)))
      .map((one) => `${directory}/${one}`);
  }
}

/** Of includes, each of which is read with its own depth. */
const MAX_DEPTH = 12;

function isOfTheImage(file: string): boolean {
  return FILES_OF_THE_IMAGE.some((name) => file === `${HOME}/${name}`);
}
