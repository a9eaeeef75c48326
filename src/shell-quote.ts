// Commands as argument vectors, and the one way to print them: what is pasted into a shell runs with exactly these arguments,
// whatever text of an object is among them.

/** The first word is the program. */
export type Command = readonly string[];

/** One argument as sh reads it back. In KEY=VALUE only the value is quoted, so that the key can be read. */
export function shellQuote(argument: string): string {
  const assignment = /^[A-Za-z0-9_./-]+=/.exec(argument);
  if (assignment === null) return quote(argument);
  const [key] = assignment;
  return argument.length === key.length ? argument : `${key}${quote(argument.slice(key.length))}`;
}

/**
 * A name that is by itself in a command, such as that of an object. One that begins with "-" would be an option, and no name
 * of Kubernetes or of Google does: a placeholder is in its place.
 */
export function operand(name: string, placeholder = 'NAME'): string {
  return name === '' || name.startsWith('-') ? placeholder : name;
}

function quote(text: string): string {
  return /^[A-Za-z0-9_./:=,@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

export function shellCommand(command: Command): string {
  return command.map(shellQuote).join(' ');
}
