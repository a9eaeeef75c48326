// Compares src/kubernetes/go-json.ts with Go's encoding/json, which main.go runs, on the cases of cases.ts and on thousands
// of generated texts. GO_JSON_SEED and GO_JSON_RUNS (texts a type) look further than the fixed defaults.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeGoJson, type GoType, unknownGoKeys } from '../../src/kubernetes/go-json.ts';
import { hasGo } from '../support/has-go.ts';
import { accepted, type GoTypeName, goTypes, rejected } from './cases.ts';

const SEED = Number(process.env['GO_JSON_SEED'] ?? 20_260_107);
const RUNS = Number(process.env['GO_JSON_RUNS'] ?? 6000);

const typeNames = Object.keys(goTypes).filter((name): name is GoTypeName => Object.hasOwn(goTypes, name));

// The default reporter shows that tests were skipped, but not which and why.
if (!hasGo) console.warn('go-json.differential.test.ts: skipped, because there is no "go" on PATH to compare with');

describe('decodeGoJson and encoding/json', () => {
  let folder = '';

  beforeAll(() => {
    if (!hasGo) return;
    folder = mkdtempSync(join(tmpdir(), 'gke-ingress-guard-go-json-'));
    // The Go at hand, and encoding/json v1 whatever the machine's settings say.
    const env = { ...process.env, GOTOOLCHAIN: 'local', GOWORK: 'off', GOFLAGS: '', GOEXPERIMENT: '' };
    const build = spawnSync('go', ['build', '-o', join(folder, 'go-json'), '.'], { cwd: import.meta.dirname, env });
    if (build.status !== 0) throw new Error(`go build failed: ${build.stderr}`, { cause: build.error });
  }, 120_000);

  afterAll(() => {
    if (folder !== '') rmSync(folder, { recursive: true, force: true });
  });

  it.skipIf(!hasGo)('agree on every case of cases.ts', () => {
    const cases = [...accepted, ...rejected].map(([, type, text]): Question => ({ type, text }));
    expect(differences(join(folder, 'go-json'), cases).differences).toEqual([]);
  });

  it.skipIf(!hasGo).each(typeNames)(
    'agree on generated texts for %s',
    (type) => {
      const texts = fc.sample(generatedText(type), { seed: SEED, numRuns: RUNS });
      const result = differences(
        join(folder, 'go-json'),
        texts.map((text): Question => ({ type, text })),
      );
      expect(result.differences.slice(0, 10), `GO_JSON_SEED=${SEED} GO_JSON_RUNS=${RUNS}`).toEqual([]);
      // Texts of which nearly all are accepted, or nearly none, would compare little.
      expect(result.acceptedShare).toBeGreaterThan(0.2);
      expect(result.acceptedShare).toBeLessThan(0.8);
    },
    60_000,
  );
});

// --- Comparing ---

interface Question {
  readonly type: GoTypeName;
  readonly text: string;
}

interface Answer {
  readonly ok: boolean;
  readonly value: unknown;
  readonly unknown: boolean;
}

/** The texts about which the two decoders disagree, shortest first. */
function differences(binary: string, questions: readonly Question[]) {
  const answers = askGo(binary, questions);
  const found = questions.flatMap((question, i) => {
    const go = JSON.stringify(answers[i]);
    const guard = JSON.stringify(askGuard(question));
    return go === guard ? [] : [{ ...question, text: JSON.stringify(question.text), go, guard }];
  });
  const acceptedCount = answers.filter(({ ok }) => ok).length;
  return {
    differences: found.sort((a, b) => a.text.length - b.text.length),
    acceptedShare: acceptedCount / questions.length,
  };
}

function askGuard({ type, text }: Question): Answer {
  const decoded = decodeGoJson<GoType>(text, goTypes[type]);
  if (!decoded.ok) return { ok: false, value: null, unknown: false };
  return {
    ok: true,
    value: comparable(decoded.value),
    unknown: hasFlatStruct(type) && unknownGoKeys(text, goTypes[type]).length > 0,
  };
}

function askGo(binary: string, questions: readonly Question[]): readonly Answer[] {
  const input = questions.map(({ type, text }) => JSON.stringify({ type, text: Buffer.from(text).toString('base64') }));
  const run = spawnSync(binary, { input: input.join('\n'), encoding: 'utf8', maxBuffer: 2 ** 30 });
  if (run.status !== 0) throw new Error(`go-json failed: ${run.stderr}`, { cause: run.error });
  const lines = run.stdout.trimEnd().split('\n');
  expect(lines).toHaveLength(questions.length);
  return lines.map((line, i) => {
    // main.go, type response.
    const { ok, value, unknown } = JSON.parse(line) as Answer;
    return { ok, value: comparable(value), unknown: unknown && hasFlatStruct(questions[i]?.type) };
  });
}

/** Go reports unknown keys at every depth, unknownGoKeys at the top only: they are comparable where there is but the top. */
function hasFlatStruct(type: GoTypeName | undefined): boolean {
  return type === 'thc' || type === 'backendConfig';
}

/** Maps and objects as sorted lists of entries, so that one JSON text stands for one value. */
function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return { list: value.map(comparable) };
  if (typeof value !== 'object' || value === null) return value;
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  const sorted = entries.map(([key, item]): [string, unknown] => [String(key), comparable(item)]);
  return { entries: sorted.sort(([a], [b]) => (a < b ? -1 : 1)) };
}

// --- Generating ---

/** Texts that are nearly right for the type; half of them are then damaged. */
function generatedText(type: GoTypeName): fc.Arbitrary<string> {
  const right = textFor(goTypes[type]);
  const known = fc.constantFrom(
    ...[...accepted, ...rejected].filter((row) => row[1] === type && row[2].length < 1000).map((row) => row[2]),
  );
  return fc.oneof(
    { weight: 40, arbitrary: right },
    {
      weight: 40,
      arbitrary: fc.tuple(fc.oneof(right, known), fc.array(damage, { minLength: 1, maxLength: 3 })).map(applyAll),
    },
    { weight: 4, arbitrary: fc.array(token, { maxLength: 12 }).map((tokens) => tokens.join('')) },
    { weight: 4, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }) },
    {
      weight: 1,
      arbitrary: fc
        .integer({ min: 9_998, max: 10_002 })
        .map((depth) => `{"x":${'['.repeat(depth)}${']'.repeat(depth)}}`),
    },
  );
}

const space = fc.oneof({ weight: 12, arbitrary: fc.constant('') }, fc.constantFrom(' ', '\n', '\t', '\r', ' \r\n\t '));

const character = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...'abkszKSZ019_- /*.') },
  fc.constantFrom(
    '\\n',
    '\\"',
    '\\\\',
    '\\/',
    '\\b',
    '\\u0000',
    '\\u0041',
    '\\uD83D',
    '\\ude00',
    '\\ud83d\\ude00',
    '\\u2028',
  ),
  fc.constantFrom('é', '\u{1f600}', '\ud83d', '\ude00', '\u2028', '\x7f', '\ufeff', '\u017f', '\u212a', '\ufffd'),
);

const stringText = fc.array(character, { maxLength: 6 }).map((pieces) => `"${pieces.join('')}"`);

const numberText = fc.oneof(
  fc.constantFrom('0', '-0', '80', '1.5', '-1e5', '1E+400', '0.0e-0', '123456789012345678901234567890'),
  fc.double().map((value) => JSON.stringify(value)),
);

const scalarText = fc.oneof(fc.constantFrom('true', 'false', 'null', '{}', '[]'), stringText, numberText);

/** Any JSON value, whatever the type asks for. */
const anyText = fc.oneof(
  scalarText,
  fc.json({ maxDepth: 3 }),
  fc.array(scalarText, { maxLength: 3 }).map((items) => `[${items.join(',')}]`),
);

const KEYS = {
  string: ['a', 'A', 'web', '80', '', '__proto__', 'constructor', '\u017f', '\\u0061'],
  int32: [
    '80',
    '080',
    '+80',
    '-1',
    '-0',
    '0',
    '443',
    '2147483647',
    '-2147483648',
    '\\u0038\\u0030',
    '00000000000000000001',
  ],
} as const;

const BAD_KEYS = [
  '2147483648',
  '-2147483649',
  ' 80',
  '80.0',
  '8e1',
  '1_0',
  '0x50',
  '',
  '+',
  '--1',
  'http',
  '\u0668',
  '9'.repeat(400),
];

const UNKNOWN_KEYS = [
  'x',
  'exposedPorts',
  'ingress ',
  '__proto__',
  'toString',
  '\u0130ngress',
  'port',
  '',
  'defau1t',
  '\\ud800',
];

/** A text for a Go type: mostly a right one, sometimes null, rarely anything. */
function textFor(type: GoType): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 50, arbitrary: rightTextFor(type) },
    { weight: 8, arbitrary: fc.constant('null') },
    { weight: 1, arbitrary: anyText },
  );
}

function rightTextFor(type: GoType): fc.Arbitrary<string> {
  switch (type.go) {
    case 'bool':
      return fc.constantFrom('true', 'false');
    case 'string':
      return stringText;
    case 'slice':
      return listOf('[', textFor(type.of), ']');
    case 'map': {
      const key = fc.oneof(
        { weight: 40, arbitrary: fc.constantFrom(...KEYS[type.key]) },
        { weight: 1, arbitrary: fc.constantFrom(...BAD_KEYS) },
      );
      return listOf('{', entryOf(key, textFor(type.of)), '}');
    }
    case 'struct': {
      const fields = Object.entries(type.fields).map(([name, field]) => entryOf(spellingOf(name), textFor(field)));
      const unknown = entryOf(fc.constantFrom(...UNKNOWN_KEYS), anyText);
      return listOf(
        '{',
        fc.oneof({ weight: 6, arbitrary: fc.oneof(...fields) }, { weight: 1, arbitrary: unknown }),
        '}',
      );
    }
  }
}

function listOf(open: string, item: fc.Arbitrary<string>, close: string): fc.Arbitrary<string> {
  const spaced = fc.tuple(space, item, space).map((parts) => parts.join(''));
  return fc.array(spaced, { maxLength: 5 }).map((items) => `${open}${items.join(',')}${close}`);
}

function entryOf(key: fc.Arbitrary<string>, value: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(key, space, space, value).map(([name, before, after, text]) => `"${name}"${before}:${after}${text}`);
}

/** A field's name as Go may still know it: in another case, with letters that fold to ASCII, with escapes. */
function spellingOf(name: string): fc.Arbitrary<string> {
  const letters = [...name].map((letter) => {
    const escaped = `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;
    const folding = letter === 's' ? '\u017f' : letter === 'k' ? '\u212a' : letter;
    return fc.oneof(
      { weight: 20, arbitrary: fc.constant(letter) },
      fc.constantFrom(letter.toUpperCase(), escaped, folding),
    );
  });
  return fc.oneof(
    fc.constant(name),
    fc.tuple(...letters).map((spelled) => spelled.join('')),
  );
}

const token = fc.constantFrom(
  ...'{}[]:,"\\\'/#-+.e01 \n\0',
  ...[
    'true',
    'false',
    'null',
    'True',
    'nul',
    '""',
    '"80"',
    '"ingress":',
    '1e5',
    '\\u0',
    '\\ud800',
    '//',
    '\ufeff',
    '\u00a0',
  ],
);

interface Damage {
  readonly kind: 'insert' | 'delete' | 'replace' | 'swap' | 'repeat' | 'case' | 'null';
  /** Shares of the text's length. */
  readonly from: number;
  readonly length: number;
  readonly token: string;
}

const damage: fc.Arbitrary<Damage> = fc.record({
  kind: fc.constantFrom('insert', 'delete', 'replace', 'swap', 'repeat', 'case', 'null'),
  from: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1, noNaN: true })),
  token,
});

function applyAll([text, damages]: [string, Damage[]]): string {
  return damages.reduce(apply, text);
}

function apply(text: string, { kind, from, length, token: inserted }: Damage): string {
  const start = Math.floor(from * text.length);
  const end = Math.min(text.length, start + 1 + Math.floor((length * text.length) / 3));
  const [before, part, after] = [text.slice(0, start), text.slice(start, end), text.slice(end)];
  switch (kind) {
    case 'insert':
      return before + inserted + part + after;
    case 'delete':
      return before + after;
    case 'replace':
      return before + inserted + after;
    case 'swap':
      return before + after.slice(0, 1) + part + after.slice(1);
    case 'repeat':
      return before + part + part + after;
    case 'case':
      return before + (part === part.toLowerCase() ? part.toUpperCase() : part.toLowerCase()) + after;
    case 'null':
      // The next value, if it is a simple one.
      return before + (part + after).replace(/:\s*("[^"]*"|true|false|[{[][^{}[\]]*[}\]])/, ':null');
  }
}
