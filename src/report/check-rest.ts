// What `check` says to people beside findings: what will be added, what was not looked at, and which facts are not known.
import { elsewhereInWords } from '../judge/elsewhere.ts';
import { formatName } from '../kubernetes/field-path.ts';
import { nameOf } from '../kubernetes/objects.ts';
import { plainText } from '../kubernetes/plain-text.ts';
import type { CheckReport } from './check-report.ts';
import { count } from './count-words.ts';
import { wrapProse } from './explain-wrap.ts';

/** Objects that are named one by one. */
const MAX_MUTATIONS = 3;
const MAX_NAMERS = 3;

export function mutationLines({ mutations }: CheckReport, width: number): readonly string[] {
  const all = mutations.map(({ object, file, patch }) => {
    const added = patch.map(({ path }) => path.split('/').at(-1)?.replaceAll('~1', '/')).join(', ');
    return { file, name: nameOf(object), what: added === 'annotations' ? 'cloud.google.com/neg' : added };
  });
  const shown = all.length > MAX_MUTATIONS ? Map.groupBy(all, ({ what }) => what) : undefined;
  if (shown === undefined) {
    return all.flatMap(({ file, name, what }) =>
      wrapProse('', plainText(`${file}: ${name} will be stored with ${what} added.`), 4, width),
    );
  }
  return [...shown].flatMap(([what, objects]) => {
    const names = objects.map(({ name }) => name).join(', ');
    const text = `${count(objects.length, 'object')} will be stored with ${what} added: ${names}.`;
    return wrapProse('', plainText(text), 4, width);
  });
}

/** One line a kind: what was not looked at, and who asks for it. */
export function unseenLines({ unseen, askedCluster }: CheckReport, width: number): readonly string[] {
  if (unseen.length === 0) return [];
  const byObject = Map.groupBy(unseen, ({ object }) => formatName(object));
  const lines = [...byObject].flatMap(([name, references]) => {
    const by = [...new Set(references.map(({ namedBy }) => formatName(namedBy)))];
    const more = by.length > MAX_NAMERS ? ` and ${by.length - MAX_NAMERS} more` : '';
    const [first] = references;
    const other = first === undefined ? '' : elsewhereInWords(first.object, first.namedBy.kind, first.elsewhere);
    const text = `${name} (by ${by.slice(0, MAX_NAMERS).join(', ')}${more})${other === '' ? '' : `. ${other}`}`;
    return wrapProse('    ', plainText(text), 8, width);
  });
  const title = askedCluster
    ? 'Named, but neither among the files nor read from the cluster, so not looked at:'
    : 'Named, but not among the files, so not looked at (--complete says that the files are all there is, --live asks the cluster):';
  return [...wrapProse('', title, 0, width), ...lines];
}

export function undecidedLines({ undecided }: CheckReport, width: number): readonly string[] {
  if (undecided.length === 0) return [];
  const facts = undecided.map(({ fact, objects }) => `${fact} (${count(objects, 'object')})`).join(', ');
  const text = `info: not known of the cluster: ${facts}. Give it with --facts FILE to decide more (docs/facts-file.md).`;
  return wrapProse('', text, 4, width);
}
