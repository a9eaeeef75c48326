// Does what the Dockerfile says without Docker: each stage is a directory, COPY copies, RUN runs here. The last stage's
// /app is what the image would hold; the base images themselves are left out.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import {
  type Copy,
  type Dockerfile,
  parseAllowed,
  parseCopy,
  parseDockerfile,
  parsePairs,
  type Stage,
} from './dockerfile.ts';

export interface ImageTree {
  /** sha256 of every path, kind, executable bit and content; neither times nor owners. */
  readonly digest: string;
  readonly files: number;
  readonly bytes: number;
  /** ENV of the last stage. */
  readonly environment: ReadonlyMap<string, string>;
}

export interface BuildOptions {
  /** The folder with Dockerfile and .dockerignore. */
  readonly context: string;
  /** Where the tree is written; made here. */
  readonly target: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: (line: string) => void;
}

/** @throws {Error} that says which instruction failed */
export function buildImageTree({ context, target, env, log }: BuildOptions): ImageTree {
  const dockerfile = parseDockerfile(readFileSync(join(context, 'Dockerfile'), 'utf8'));
  const allowed = parseAllowed(readFileSync(join(context, '.dockerignore'), 'utf8'));
  const work = mkdtempSync(join(tmpdir(), 'guard-image-'));
  try {
    const built = buildStages(dockerfile, { context, allowed, work, env, log });
    mkdirSync(target, { recursive: true });
    cpSync(built.directory, target, { recursive: true, verbatimSymlinks: true });
    makeReadOnly(target);
    return { ...measure(target), environment: built.environment };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

interface Site {
  readonly context: string;
  readonly allowed: readonly string[];
  readonly work: string;
  readonly env: BuildOptions['env'];
  readonly log: BuildOptions['log'];
}

interface Built {
  /** What stands for the stage's WORKDIR. */
  readonly directory: string;
  readonly environment: ReadonlyMap<string, string>;
}

function buildStages({ stages }: Dockerfile, site: Site): Built {
  let last: Built | undefined;
  for (const [index, stage] of stages.entries()) {
    last = buildStage(stage, join(site.work, stage.name ?? `stage-${index}`), site);
  }
  if (last === undefined) throw new Error('a Dockerfile without FROM');
  return last;
}

function buildStage(stage: Stage, root: string, site: Site): Built {
  let directory = root;
  const environment = new Map<string, string>();
  for (const { name, text } of stage.instructions) {
    if (name === 'WORKDIR') {
      directory = join(root, text);
      mkdirSync(directory, { recursive: true });
    } else if (name === 'COPY') {
      copy(parseCopy(text), directory, site);
    } else if (name === 'RUN') {
      run(text, directory, site);
    } else if (name === 'ENV') {
      for (const [key, value] of parsePairs(text)) environment.set(key, value);
    }
  }
  return { directory, environment };
}

function copy({ from, sources, target }: Copy, directory: string, { context, allowed, work }: Site): void {
  for (const source of sources) {
    if (from === undefined && !allowed.includes(source)) {
      throw new Error(`COPY ${source}: .dockerignore keeps it out of the build context`);
    }
    const origin = from === undefined ? join(context, source) : join(work, from, source);
    const into = target.endsWith('/') ? join(directory, target, basename(source)) : join(directory, target);
    // As Docker does, links stay links.
    cpSync(origin, into, { recursive: true, verbatimSymlinks: true });
  }
}

function run(command: string, cwd: string, { env, log }: Site): void {
  log(`RUN ${command}`);
  const { status, stdout, stderr, error } = spawnSync('/bin/sh', ['-c', command], { cwd, env, encoding: 'utf8' });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`RUN ${command}: ended with ${status}\n${stdout}${stderr}`);
}

function makeReadOnly(path: string): void {
  const stat = lstatSync(path);
  if (stat.isSymbolicLink()) return;
  if (stat.isDirectory()) for (const name of readdirSync(path)) makeReadOnly(join(path, name));
  const isExecutable = stat.isDirectory() || (stat.mode & 0o111) !== 0;
  chmodSync(path, isExecutable ? 0o555 : 0o444);
}

function measure(root: string): Pick<ImageTree, 'digest' | 'files' | 'bytes'> {
  const hash = createHash('sha256');
  let files = 0;
  let bytes = 0;
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' });
  for (const path of paths.toSorted((a, b) => (a < b ? -1 : 1))) {
    const full = join(root, path);
    const stat = lstatSync(full);
    if (stat.isDirectory()) {
      hash.update(`directory ${path}\0`);
    } else if (stat.isSymbolicLink()) {
      hash.update(`link ${path}\0${readlinkSync(full)}\0`);
    } else {
      const content = readFileSync(full);
      const kind = (statSync(full).mode & 0o111) === 0 ? 'file' : 'program';
      hash.update(`${kind} ${path}\0${createHash('sha256').update(content).digest('hex')}\0`);
      files += 1;
      bytes += content.length;
    }
  }
  return { digest: `sha256:${hash.digest('hex')}`, files, bytes };
}
