// `npm run fuzz -- [--seconds=S] [--count=N] [--seed=N]`: both webhooks, `check` and `explain` over objects that nearly are what
// people write. A failure is printed with the command that repeats it.
// Exit codes: 0 nothing was found, 1 something was, 2 an option is wrong.
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { runProgram } from '../src/cli/program.ts';
import { randomFrom } from './fuzz/mutate.ts';
import { ACTING, CORPUS, fuzzReview, objectsFrom } from './fuzz/review.ts';

const DEFAULT_SECONDS = 45;
/** The commands read the policy anew each time, so they get many objects at once. */
const REVIEWS_PER_COMMAND = 2000;
const OBJECTS_PER_COMMAND = 60;

const COMMANDS: readonly (readonly string[])[] = [
  ['check', '-'],
  ['check', '-', '--format=json', '--complete'],
  ['explain', '--all', '-f', '-'],
  ['explain', '--all', '-f', '-', '--format=json'],
];

/** @throws Error where a command ends as none may, or prints what acts */
async function fuzzCommands(seed: number): Promise<void> {
  const random = randomFrom(seed);
  const stdin = objectsFrom(random, OBJECTS_PER_COMMAND).map((object) => JSON.stringify(object));
  for (const words of COMMANDS) {
    let out = '';
    let err = '';
    await runProgram(words, '0', {
      out: (text) => {
        out += text;
      },
      err: (text) => {
        err += text;
      },
      readStdin: async () => Buffer.from(stdin.join('\n---\n')),
      hasColour: false,
      terminated: () => Promise.resolve('SIGTERM'),
    });
    const name = words.join(' ');
    if (err.includes('this is a fault of gke-ingress-guard itself')) throw new Error(`${name}: ${err}`);
    if (ACTING.test(`${out}${err}`.replaceAll('\n', ''))) throw new Error(`${name} prints what acts on a terminal`);
    if (words.includes('--format=json') && out !== '') JSON.parse(out);
  }
}

function wholeNumber(text: string | undefined, ifAbsent: number): number {
  const number = Number(text ?? ifAbsent);
  return Number.isInteger(number) && number >= 0 ? number : Number.NaN;
}

async function main(): Promise<number> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ options: { seconds: text, count: text, seed: text } });
  const first = wholeNumber(values.seed, randomInt(2 ** 31));
  const count = wholeNumber(values.count, Number.MAX_SAFE_INTEGER);
  const seconds = wholeNumber(values.seconds, values.count === undefined ? DEFAULT_SECONDS : Number.MAX_SAFE_INTEGER);
  if ([first, count, seconds].some(Number.isNaN)) {
    process.stderr.write('--seconds, --count and --seed are whole numbers.\n');
    return 2;
  }
  const endsAt = performance.now() + seconds * 1000;
  let reviews = 0;
  let commands = 0;
  process.stdout.write(`Seed ${first}, ${CORPUS.length} objects to begin with.\n`);
  while (reviews < count && performance.now() < endsAt) {
    const seed = (first + reviews) % 2 ** 32;
    try {
      fuzzReview(seed);
      if (reviews % REVIEWS_PER_COMMAND === 0) {
        await fuzzCommands(seed);
        commands += COMMANDS.length;
      }
    } catch (error) {
      process.stdout.write(`${error instanceof Error ? describe(error) : String(error)}\n`);
      process.stdout.write(`Again: npm run fuzz -- --seed=${seed} --count=1\n`);
      return 1;
    }
    reviews += 1;
  }
  process.stdout.write(`${reviews} reviews through both webhooks and ${commands} commands: nothing found.\n`);
  return 0;
}

function describe(error: Error): string {
  const cause = error.cause instanceof Error ? `\n${error.cause.stack}` : '';
  return `${error.stack}${cause}`;
}

process.exitCode = await main();
