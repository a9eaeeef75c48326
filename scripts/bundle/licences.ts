// The licences of what is bundled, whole: each of them asks that its text goes along with the code.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const LICENCES_FILE = 'THIRD-PARTY-LICENSES';

const TEXTS = /^(licen[cs]e|copying|unlicen[cs]e|(copyright)?-?notice)/i;
/** Of a README that has the licence in it, as its last section. */
const SECTION =
  /^(?:#+ *)?Licen[cs]e *\n(?:-+\n)?\n?(?<text>.*?(?:Permission is hereby granted|Redistribution and use).*)$/ims;

/** @param places as package-lock.json names them @throws {Error} that names a package without a text */
export function licencesOf(root: string, places: readonly string[]): string {
  const parts = places.map((place) => {
    const { name, version, license } = manifestOf(root, place);
    return `${'='.repeat(80)}\n${name} ${version} (${license})\n${'='.repeat(80)}\n\n${textsOf(root, place).join('\n\n')}\n`;
  });
  const head =
    'This program holds parts of the packages below, as they are published on npm, in the files of dist/bundled and dist/*/bundled.\n';
  return `${head}\n${[...new Set(parts)].join('\n')}`;
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

function manifestOf(root: string, place: string): Manifest {
  return JSON.parse(readFileSync(join(root, place, 'package.json'), 'utf8'));
}

function textsOf(root: string, place: string): readonly string[] {
  const names = readdirSync(join(root, place)).toSorted();
  const read = (name: string): string =>
    readFileSync(join(root, place, name), 'utf8')
      .replaceAll('\r\n', '\n')
      .trim();
  const texts = names.filter((name) => TEXTS.test(name)).map(read);
  if (texts.length > 0) return texts;
  const readme = names.find((name) => /^readme/i.test(name));
  const text = readme === undefined ? undefined : SECTION.exec(read(readme))?.groups?.['text'];
  if (text === undefined) throw new Error(`${place} has no text of its licence, which has to go along with its code`);
  return [text];
}
