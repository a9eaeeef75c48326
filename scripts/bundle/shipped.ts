// What is shipped, seen as a project of npm: what is installed with the program and what is bundled into it, and no development
// dependency besides. npm's own reports are made of it.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleOf } from './bundle.ts';

interface LockedPackage {
  readonly dev?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

interface Manifest {
  readonly name: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

type Packages = Readonly<Record<string, LockedPackage>>;

export interface Shipped {
  /** Places of packages, as package-lock.json names them. */
  readonly installed: readonly string[];
  readonly bundled: readonly string[];
}

export async function shippedOf(root: string): Promise<Shipped> {
  const { packages } = read<{ readonly packages: Packages }>(root, 'package-lock.json');
  const installed = Object.entries(packages).filter(([place, { dev }]) => place !== '' && dev !== true);
  return { installed: installed.map(([place]) => place), bundled: (await bundleOf(root)).packages };
}

/**
 * Writes package.json and package-lock.json into a directory: what `npm install` would bring if the bundled libraries were
 * dependencies. So there are packages in it that nothing of is bundled.
 */
export function writeProject(root: string, { bundled }: Shipped, directory: string): void {
  const { dependencies, devDependencies, ...manifest } = read<Manifest>(root, 'package.json');
  const libraries = Object.entries(devDependencies).filter(([name]) => bundled.includes(`node_modules/${name}`));
  const all = { ...dependencies, ...Object.fromEntries(libraries) };
  const lock = read<{ readonly packages: Packages }>(root, 'package-lock.json');
  const packages = Object.fromEntries([
    ['', { ...manifest, dependencies: all }],
    // Undefined is left out of JSON.
    ...closureOf(lock.packages, Object.keys(all)).map((place) => [place, { ...lock.packages[place], dev: undefined }]),
  ]);
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ ...manifest, dependencies: all }));
  writeFileSync(join(directory, 'package-lock.json'), JSON.stringify({ ...lock, packages }));
}

function read<T>(root: string, file: string): T {
  return JSON.parse(readFileSync(join(root, file), 'utf8'));
}

/** @returns places of packages by these names, and of all that they need */
function closureOf(packages: Packages, names: readonly string[]): readonly string[] {
  const found = new Set<string>();
  const add = (from: string, wanted: readonly string[]): void => {
    for (const place of wanted.flatMap((name) => placeOf(packages, from, name))) {
      if (found.has(place)) continue;
      found.add(place);
      const { dependencies, optionalDependencies, peerDependencies } = packages[place] ?? {};
      add(place, Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies }));
    }
  };
  add('', names);
  return [...found].toSorted();
}

/** As Node.js looks for it: in the package itself, then in the folders above. None where it is optional and not there. */
function placeOf(packages: Packages, from: string, name: string): readonly string[] {
  for (let at = from; ; at = at.replace(/(^|\/)node_modules\/(?:@[^/]+\/)?[^/]+$/, '')) {
    const place = `${at === '' ? '' : `${at}/`}node_modules/${name}`;
    if (packages[place] !== undefined) return [place];
    if (at === '') return [];
  }
}
