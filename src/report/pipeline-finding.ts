// What the formats for pipelines have in common: where a file is in the repository, what a finding is worth, how it is known
// again, and its words in one line.
import { createHash } from 'node:crypto';
import type { Finding } from '../judge/finding.ts';
import { nameOf } from '../kubernetes/objects.ts';
import { plainText } from '../kubernetes/plain-text.ts';
import type { LocatedFinding } from './check-report.ts';
import { messageOf } from './finding-json.ts';

/** @param directory absolute @param file absolute, or relative to it; `-`, standard input, stays */
export function relativePath(directory: string, file: string): string {
  if (file === '-') return file;
  const base = segmentsOf(directory);
  const segments = segmentsOf(file.startsWith('/') ? file : `${directory}/${file}`);
  let shared = 0;
  while (shared < base.length && shared < segments.length - 1 && base[shared] === segments[shared]) shared += 1;
  return [...base.slice(shared).map(() => '..'), ...segments.slice(shared)].join('/');
}

/**
 * Where a finding stands for a reader who asks for a path: its file, or for an object of a cluster, which has none, a name that
 * looks like one, stays the same and says which object it is.
 */
export function pathOf(directory: string, { finding, file }: Pick<LocatedFinding, 'finding' | 'file'>): string {
  if (file !== '') return relativePath(directory, file);
  const { kind, metadata } = finding.object;
  const names = [metadata.namespace, kind, `${metadata.name}.yaml`].filter((name) => name !== '');
  return names.map((name) => plainText(name).replaceAll('/', '_')).join('/');
}

function segmentsOf(path: string): readonly string[] {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  return segments;
}

/** What is only possible fails no pipeline, so a possible error counts as a warning. */
export function levelOf({ severity, isCertain }: Finding): 'error' | 'warning' | 'note' {
  if (severity === 'info') return 'note';
  return severity === 'error' && isCertain ? 'error' : 'warning';
}

/** Object, message and fix in one line without anything that acts or hides. */
export function sentenceOf(finding: Finding): string {
  const possible = finding.isCertain ? '' : 'possible: ';
  return plainText(`${nameOf(finding.object)}: ${possible}${messageOf(finding)} Fix: ${finding.fix.text}`);
}

/**
 * Gives each finding a fingerprint of its object, its rule and its place in the object, so that it is known again when lines move and
 * words change. Of several that have all of it in common, each counts.
 */
export function createFingerprints(): (finding: Finding, ...more: readonly string[]) => string {
  const seen = new Map<string, number>();
  return ({ object, rule, identity }, ...more) => {
    const key = [object.kind, object.metadata.namespace, object.metadata.name, rule, identity, ...more].join('\0');
    const before = seen.get(key) ?? 0;
    seen.set(key, before + 1);
    return createHash('sha256')
      .update(before === 0 ? key : `${key}\0${before}`)
      .digest('hex');
  };
}
