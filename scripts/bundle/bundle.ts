// The libraries that the npm package and the image hold as parts of the program, not as packages of their own: of each only what
// the program uses. Each is imported by a file of src/*/bundled/ alone, and its code comes in the place of that file (docs/adr/0039).
import { globSync, readFileSync, realpathSync } from 'node:fs';
import { join, sep } from 'node:path';
import { type OutputChunk, type Plugin, rolldown } from 'rolldown';

export interface Bundle {
  /** Path below dist/, and text, of each file. */
  readonly files: ReadonlyMap<string, string>;
  /** Places of the packages whose code is in the files, as package-lock.json names them: node_modules/a/node_modules/b. */
  readonly packages: readonly string[];
}

/** The files whose imports are bundled, below src/. */
function entriesOf(root: string): readonly string[] {
  return globSync('*/bundled/*.ts', { cwd: join(root, 'src') })
    .map((file) => file.replaceAll(sep, '/'))
    .toSorted();
}

/** @param root of the checkout, with node_modules */
export async function bundleOf(root: string): Promise<Bundle> {
  const modules = realpathSync(join(root, 'node_modules'));
  const entries = entriesOf(root).map((file) => [file.replace(/\.ts$/, ''), join(root, 'src', file)]);
  const build = await rolldown({
    cwd: root,
    input: Object.fromEntries(entries),
    platform: 'node',
    plugins: [leaveInstalled(root, modules)],
    // No names of files in it: where it is made would be seen.
    experimental: { attachDebugInfo: 'none' },
    // Else the generated APIs stay, for their classes are built up step by step.
    treeshake: { moduleSideEffects: [{ test: /\/node_modules\/@kubernetes\/client-node\//, sideEffects: false }] },
    // How long it takes is the machine's: on a busy one that warning would end the build.
    checks: { bundlerTimings: false },
    onLog: (level, log) => {
      if (level === 'warn' && !isHarmless(log.code)) throw new Error(`The bundle: ${log.message}`);
    },
  });
  try {
    const { output } = await build.generate({
      format: 'esm',
      entryFileNames: '[name].js',
      chunkFileNames: 'bundled/[name]-[hash].js',
      // Licences are in a file of their own, each once and whole.
      comments: { legal: false, jsdoc: false, annotation: false },
    });
    const chunks = output.filter((one): one is OutputChunk => one.type === 'chunk');
    return {
      files: new Map(chunks.map(({ fileName, code }) => [fileName, code])),
      packages: packagesIn(chunks, modules),
    };
  } finally {
    await build.close();
  }
}

/** A library that uses eval does so at the risk of its own; none of those calls is reached from here. */
function isHarmless(code: string | undefined): boolean {
  return code === 'EVAL' || code === 'CIRCULAR_DEPENDENCY';
}

/** What package.json names as a dependency is installed, and is not bundled a second time. */
function leaveInstalled(root: string, modules: string): Plugin {
  const { dependencies }: { readonly dependencies: Readonly<Record<string, string>> } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  );
  const installed = Object.keys(dependencies);
  return {
    name: 'leave-installed',
    async resolveId(source, importer, options) {
      const name = installed.find((one) => source === one || source.startsWith(`${one}/`));
      if (name === undefined) return null;
      const found = await this.resolve(source, importer, { ...options, skipSelf: true });
      // Another version, deeper down, is another package.
      return found?.id.startsWith(join(modules, name) + sep) === true ? { id: source, external: true } : found;
    },
  };
}

function packagesIn(chunks: readonly OutputChunk[], modules: string): readonly string[] {
  const rendered = chunks.flatMap((chunk) => Object.entries(chunk.modules)).filter(([, { code }]) => code !== null);
  const places = rendered.flatMap(([id]) => {
    if (!id.startsWith(modules + sep)) return [];
    const place = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(`node_modules${id.slice(modules.length)}`)?.[0];
    return place === undefined ? [] : [place];
  });
  return [...new Set(places)].toSorted();
}
