// From the table of boundaries to the overrides of biome.json: two a folder, for its files and for those in folders below
// it, since both write the way to a neighbour differently.
import { FOLDERS, type Folder, LIBRARIES } from './table.ts';

interface RestrictedImports {
  readonly level: 'error';
  readonly options: {
    readonly paths: Readonly<Record<string, string>>;
    readonly patterns: readonly { readonly group: readonly string[]; readonly message: string }[];
  };
}

interface Override {
  readonly includes: readonly string[];
  readonly linter?: { readonly rules?: { readonly style?: { readonly noRestrictedImports?: RestrictedImports } } };
}

export interface BiomeConfig {
  readonly overrides: readonly Override[];
}

/** @returns the configuration with the boundaries of the table in place of its own; other overrides come first, as they are */
export function withBoundaries<Config extends BiomeConfig>(config: Config): Config {
  return { ...config, overrides: [...config.overrides.filter((one) => !isBoundary(one)), ...boundaries()] };
}

function isBoundary({ linter }: Override): boolean {
  return linter?.rules?.style?.noRestrictedImports !== undefined;
}

function boundaries(): readonly Override[] {
  return Object.entries(FOLDERS).flatMap(([name, folder]) => [
    boundary(name, folder, `src/${name}/*`, '..'),
    boundary(name, folder, `src/${name}/*/**`, '../..'),
  ]);
}

/** @param up the way from a file of `files` to src/ */
function boundary(name: string, folder: Folder, files: string, up: string): Override {
  const options = {
    paths: libraryPaths(name),
    patterns: [...folderPatterns(folder, up), ...nodePatterns(name, folder)],
  };
  const noRestrictedImports: RestrictedImports = { level: 'error', options };
  return { includes: [files, '!**/*.test.ts'], linter: { rules: { style: { noRestrictedImports } } } };
}

function libraryPaths(name: string): Readonly<Record<string, string>> {
  const foreign = Object.entries(LIBRARIES).filter(([, users]) => !users.includes(name));
  return Object.fromEntries(
    foreign.map(([library, users]) => [library, `${library} is used in ${listOf(users)} only.`]),
  );
}

type Patterns = RestrictedImports['options']['patterns'];

function folderPatterns({ what, imports }: Folder, up: string): Patterns {
  if (imports === 'everything') return [];
  const allowed = imports.map((one) => `!${up}/${one.endsWith('/*') ? one : `${one}/**`}`);
  const may = imports.length === 0 ? 'It imports no other folder.' : `It may import ${listOf(imports)} only.`;
  return [{ group: [`${up}/*/**`, ...allowed], message: `${what} ${may}` }];
}

function nodePatterns(name: string, { node }: Folder): Patterns {
  if (node === 'everything') return [];
  const but = node.length === 0 ? '' : ` but node:${node.join(', node:')}`;
  const message = `${name}/ is pure: no files, no sockets, no clock, so nothing of Node${but}.`;
  return [{ group: ['node:*', 'node:*/**', ...node.map((module) => `!node:${module}`)], message }];
}

function listOf(folders: readonly string[]): string {
  const names = folders.map((folder) => (folder.endsWith('/*') ? folder : `${folder}/`));
  return names.length === 1 ? `${names[0]}` : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
