// Renders the kustomizations of deploy/ as `kubectl apply -k` would, with a program that is built once from its Go module
// and cached, so that the results do not differ by machine.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const MODULE = fileURLToPath(new URL('./kustomize/', import.meta.url));
export const DEPLOY = fileURLToPath(new URL('../../deploy/', import.meta.url));

/** What renders to an object of Kubernetes. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

/** @param directory one with a kustomization.yaml */
export function render(directory: string): readonly Manifest[] {
  return renderAll([directory])[0] ?? [];
}

/** By one process: to read the schema of Kubernetes takes it three times as long as to render one. */
function renderAll(directories: readonly string[]): readonly (readonly Manifest[])[] {
  const words = ['--json', ...directories];
  const { status, stdout, stderr, error } = spawnSync(kustomizeProgram(), words, { maxBuffer: 64 * 1024 * 1024 });
  if (status !== 0) throw new Error(`${directories.join(' or ')} does not render: ${stderr}`, { cause: error });
  // What kustomize prints are objects with a kind and a name; it refuses others.
  return String(stdout)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as readonly Manifest[]);
}

/** A kustomization, as a user would write one of their own. */
export interface Overlay {
  readonly resources: readonly string[];
  readonly components: readonly string[];
  readonly more?: Readonly<Record<string, unknown>>;
}

/** By what was asked for: many cases look at the same objects, and deploy/ is the same in all of them. */
const rendered = new Map<string, readonly Manifest[]>();

export function renderTogether(
  resources: Overlay['resources'],
  components: Overlay['components'],
  more: Overlay['more'] = {},
): readonly Manifest[] {
  const key = JSON.stringify([resources, components, more]);
  const [manifests = []] = rendered.has(key) ? [rendered.get(key)] : renderOverlays([{ resources, components, more }]);
  rendered.set(key, manifests);
  return structuredClone(manifests);
}

/** Each as renderTogether has it, in less time. */
export function renderOverlays(overlays: readonly Overlay[]): readonly (readonly Manifest[])[] {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'guard-overlays-')));
  try {
    return renderAll(overlays.map((overlay, index) => writeOverlay(join(home, `overlay-${index}`), overlay)));
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** @returns the directory, which it makes */
function writeOverlay(directory: string, { resources, components, more }: Overlay): string {
  // Kustomize takes no absolute paths.
  const paths = (names: readonly string[]) => names.map((name) => relative(directory, join(DEPLOY, name)));
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: paths(resources),
    components: paths(components),
    ...more,
  };
  mkdirSync(directory);
  writeFileSync(join(directory, 'kustomization.yaml'), JSON.stringify(kustomization));
  return directory;
}

/** Builds beside the final place and renames: of two test files that build at once, either may win. */
export function kustomizeProgram(): string {
  const path = join(cacheDir(), 'kustomize-build');
  if (existsSync(path)) return path;
  mkdirSync(cacheDir(), { recursive: true });
  const unfinished = mkdtempSync(join(cacheDir(), 'building-'));
  try {
    const built = join(unfinished, 'kustomize-build');
    // A go.work above the checkout, or a caller who cross-compiles, is not to change what is built here.
    const env = { ...process.env, CGO_ENABLED: '0', GOWORK: 'off', GOOS: '', GOARCH: '' };
    const build = spawnSync('go', ['build', '-trimpath', '-buildvcs=false', '-o', built, '.'], { cwd: MODULE, env });
    if (build.status !== 0) {
      throw new Error(
        `The program that renders deploy/ could not be built: ${build.stderr ?? build.error?.message}\n` +
          'Install Go 1.26 or later and let it reach a Go module proxy.',
        { cause: build.error },
      );
    }
    renameSync(built, path);
    return path;
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

/** Outside the checkout, and of another name whenever what is built would differ. */
function cacheDir(): string {
  const { GUARD_TEST_CACHE, XDG_CACHE_HOME, HOME } = process.env;
  const base = GUARD_TEST_CACHE || XDG_CACHE_HOME || join(HOME || homedir(), '.cache');
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`);
  for (const file of ['go.mod', 'go.sum', 'main.go']) hash.update(readFileSync(join(MODULE, file)));
  return join(base, 'gke-ingress-guard', 'kustomize', hash.digest('hex').slice(0, 16));
}
