// A section of the changelog as Artifact Hub wants it: one entry a line, with its kind.
import type { Change } from './chart-yaml.ts';

const KINDS: Readonly<Record<string, Change['kind']>> = {
  Added: 'added',
  Changed: 'changed',
  Deprecated: 'deprecated',
  Removed: 'removed',
  Fixed: 'fixed',
  Security: 'security',
};

/** @param notes as `npm run release:notes` prints them */
export function changesOf(notes: string): readonly Change[] {
  return notes.split(/^(?=### )/m).flatMap((section) => {
    const [heading = '', ...lines] = section.split('\n');
    const kind = KINDS[heading.replace(/^### /, '').trim()];
    if (kind === undefined) return [];
    const items = lines.join('\n').split(/^- /m).slice(1);
    return items.map((item) => ({ kind, description: item.replaceAll(/\s+/g, ' ').trim() }));
  });
}
