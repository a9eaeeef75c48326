// What the guard asks the API server for, as rights of its ServiceAccount; deploy/base grants these and no more.
import type { Right } from '../../doctor/installation.ts';
import { CONFIG_MAPS, RESOURCES } from './resources.ts';

/** @param configMapNames ConfigMaps of known apps, which are watched in every namespace, each by its name */
export function neededRights(configMapNames: readonly string[]): readonly Right[] {
  const watched = RESOURCES.flatMap(({ group, plural }) =>
    ['list', 'watch'].map((verb) => ({ verb, group, resource: plural })),
  );
  const { group, plural } = CONFIG_MAPS;
  const named = configMapNames.flatMap((name) =>
    ['list', 'watch'].map((verb) => ({ verb, group, resource: plural, name })),
  );
  return [...watched, ...named];
}
