// What a build prepares of the shipped policies: parsing and validating them takes most of the start of a short command.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { AppFile, GuardPolicyFile } from './schemas.ts';

export interface PreparedPolicies {
  /** Of the files that it was made from: where they differ, it counts for nothing. */
  readonly digest: string;
  readonly guard: GuardPolicyFile;
  readonly apps: readonly AppFile[];
}

/** @returns undefined where there is none: nothing was built, or it cannot be read */
export function readPrepared(path: string): PreparedPolicies | undefined {
  try {
    return (JSON.parse(readFileSync(path, 'utf8')) as PreparedPolicies | null) ?? undefined;
  } catch {
    return undefined;
  }
}

/** @param files names and texts, in the order in which they count */
export function digestOf(files: readonly (readonly [name: string, text: string])[]): string {
  const hash = createHash('sha256');
  for (const [name, text] of files) hash.update(`${name}\0${text.length}\0${text}`);
  return hash.digest('base64');
}
