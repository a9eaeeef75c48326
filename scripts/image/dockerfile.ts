// The Dockerfile as data: as much of its language as this repository's uses. What it does not know is an error, so that
// nobody takes for checked what was skipped.

export interface Instruction {
  readonly name: string;
  /** All after the name, continued lines joined. */
  readonly text: string;
}

export interface Stage {
  readonly image: string;
  /** Of `AS`; undefined for the last one. */
  readonly name: string | undefined;
  readonly instructions: readonly Instruction[];
}

export interface Dockerfile {
  /** Those before the first FROM, with their defaults. */
  readonly args: ReadonlyMap<string, string>;
  readonly stages: readonly Stage[];
}

const KNOWN = [
  'ARG',
  'FROM',
  'WORKDIR',
  'COPY',
  'RUN',
  'ENV',
  'LABEL',
  'USER',
  'EXPOSE',
  'STOPSIGNAL',
  'ENTRYPOINT',
  'CMD',
];

/** @throws {Error} where the text has what this reader does not know */
export function parseDockerfile(text: string): Dockerfile {
  const args = new Map<string, string>();
  const stages: { image: string; name: string | undefined; instructions: Instruction[] }[] = [];
  for (const instruction of instructionsOf(text)) {
    const stage = stages.at(-1);
    if (instruction.name === 'FROM') stages.push(parseFrom(instruction.text));
    else if (stage !== undefined) stage.instructions.push(instruction);
    else if (instruction.name === 'ARG') args.set(...parseArg(instruction.text));
    else throw new Error(`${instruction.name} before the first FROM`);
  }
  return { args, stages };
}

function instructionsOf(text: string): readonly Instruction[] {
  const lines = text
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('#'))
    .join('\n')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return lines.map((line) => {
    const [name = ''] = line.split(/\s/, 1);
    if (!KNOWN.includes(name)) throw new Error(`an instruction that this reader does not know: ${line}`);
    return { name, text: line.slice(name.length).trim() };
  });
}

function parseFrom(text: string): { image: string; name: string | undefined; instructions: Instruction[] } {
  const match = /^(?:--platform=\$BUILDPLATFORM )?(\S+)(?: AS (\S+))?$/.exec(text);
  if (match?.[1] === undefined) throw new Error(`a FROM that this reader does not know: ${text}`);
  return { image: match[1], name: match[2], instructions: [] };
}

function parseArg(text: string): [string, string] {
  const [name = '', ...rest] = text.split('=');
  return [name, rest.join('=')];
}

export interface Copy {
  /** The stage that it copies from; undefined for the build context. */
  readonly from: string | undefined;
  readonly sources: readonly string[];
  readonly target: string;
}

export function parseCopy(text: string): Copy {
  const words = text.split(/\s+/);
  const [first = ''] = words;
  const from = first.startsWith('--from=') ? first.slice('--from='.length) : undefined;
  if (from === undefined && first.startsWith('--')) throw new Error(`a COPY that this reader does not know: ${text}`);
  const paths = from === undefined ? words : words.slice(1);
  const target = paths.at(-1);
  if (target === undefined || paths.length < 2) throw new Error(`a COPY without a target: ${text}`);
  return { from, sources: paths.slice(0, -1), target };
}

/** `A=1 B="two words"` */
export function parsePairs(text: string): ReadonlyMap<string, string> {
  const pairs = [...text.matchAll(/(\S+?)=(?:"([^"]*)"|(\S+))(?:\s+|$)/g)];
  return new Map(pairs.map(([, key = '', quoted, bare = '']) => [key, quoted ?? bare]));
}

/** What .dockerignore lets into the build context: this repository's has "*" first, and then what is wanted. */
export function parseAllowed(text: string): readonly string[] {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const [first, ...rest] = lines;
  if (first !== '*' || rest.some((line) => !/^![^*]+$/.test(line))) {
    throw new Error('.dockerignore must be a "*" and then lines like "!src"');
  }
  return rest.map((line) => line.slice(1));
}
