// What reading files has to say on stderr, besides their objects. File names and what is in files are somebody else's
// text: it must not act on a terminal.
import { formatPath } from '../../kubernetes/field-path.ts';
import { type KubernetesObject, nameOf } from '../../kubernetes/objects.ts';
import { plainText } from '../../kubernetes/plain-text.ts';
import type { ReadFailure } from './list-files.ts';
import type { ManifestObject, Manifests } from './manifests.ts';

export function failureLine({ file, line, message }: ReadFailure): string {
  return `${plainText(place(file, line))}: cannot be read: ${plainText(message)}`;
}

export function refusedLine({ file, lineOf }: ManifestObject, object: KubernetesObject): string {
  const line = lineOf(object.text?.shape[0]?.path ?? []);
  return plainText(
    `${place(file, line)}: ${nameOf(object)} is left out, for the API server refuses it: check says why`,
  );
}

export function emptyDirectoryLine(directory: string): string {
  return `${plainText(directory)}: there is no .yaml, .yml or .json file in it`;
}

/** Keys that are written twice: nothing is lost that kubectl would not lose, but somebody wrote both. */
export function duplicateLines({ objects }: Pick<Manifests, 'objects'>): readonly string[] {
  return objects.flatMap(({ file, duplicateKeys }) =>
    duplicateKeys.map(
      ({ path, line }) =>
        `${plainText(place(file, line))}: ${plainText(formatPath(path) || 'a key of the list')} is written twice; the last counts`,
    ),
  );
}

function place(file: string, line: number | undefined): string {
  return line === undefined ? file : `${file}:${line}`;
}
