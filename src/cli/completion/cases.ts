// What the scripts for bash and zsh have in common: both go through the words, then look at the one before the cursor.
import { type CompletedCommand, placesOf, quoted, type Value } from './tree.ts';

/** Lines of a `case "$command WORD"` that find out which command is typed. */
export function commandCases(commands: readonly CompletedCommand[]): readonly string[] {
  return commands
    .filter(({ words }) => words !== '')
    .map(({ words }) => {
      const at = words.lastIndexOf(' ');
      const [parent, name] = at < 0 ? ['', words] : [words.slice(0, at), words.slice(at + 1)];
      return `(${quoted(`${parent} ${name}`)}) command=${quoted(words)} ;;`;
    });
}

/** Lines of a `case "$command $previous"`: what follows an option that has a value. @param act what a shell does for one kind */
export function valueCases(
  commands: readonly CompletedCommand[],
  act: (value: Exclude<Value, 'none'>) => string,
): readonly string[] {
  const choices = commands.flatMap(({ options }) => options.flatMap(({ value }) => (isChoice(value) ? [value] : [])));
  const kinds: readonly Exclude<Value, 'none'>[] = ['file', 'directory', 'text', ...choices];
  const seen = new Set<string>();
  return kinds.flatMap((kind) => {
    const places = placesOf(commands, (value) => String(value) === String(kind)).map(quoted);
    const line = `(${places.join(' | ')}) ${act(kind)} ;;`;
    if (places.length === 0 || seen.has(line)) return [];
    seen.add(line);
    return [line];
  });
}

export function isChoice(value: Value): value is readonly string[] {
  return typeof value !== 'string';
}
