// Every option that a pipeline of ours types is one of the program's.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { describedProgram } from '../../scripts/man/program.ts';
import { at } from '../../src/kubernetes/read.ts';

const read = (file: string): string => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
const program = describedProgram();

/** Words behind the program, up to the end of the command. */
function commandsIn(text: string): readonly (readonly string[])[] {
  const joined = text.replaceAll(/\\\n\s*/g, ' ');
  return [
    ...joined.matchAll(/gke-ingress-guard(?:@\$\w+")? ((?:check|audit|explain|ask|doctor|facts)\b[^|>\n`]*)/g),
  ].map(([, words = '']) => words.trim().split(/\s+/));
}

/** What of the command the program does not know; nothing where all is well. */
function unknownIn([name = '', ...words]: readonly string[]): readonly string[] {
  const command = program.commands.find((one) => one.name() === name);
  if (command === undefined) return [name];
  const options = new Map(command.options.flatMap((one) => [one.long, one.short].map((flag) => [flag, one])));
  return words.flatMap((word) => {
    const [, flag = '', value] = /^"?(--?[a-z][\w-]*)(?:=(.*?))?"?$/s.exec(word) ?? [];
    if (flag === '') return [];
    const option = options.get(flag);
    if (option === undefined) return [`${name} ${flag}`];
    const isValue = value === undefined || value.startsWith('$') || (option.argChoices?.includes(value) ?? true);
    return isValue ? [] : [`${name} ${word}`];
  });
}

/** From the files that type something, to the commands in them. */
const TYPED: Readonly<Record<string, () => readonly (readonly string[])[]>> = {
  'action.yml': () => {
    const text = read('action.yml');
    const [, run = ''] = /src\/main\.ts" (check .*)\)$/m.exec(text) ?? [];
    const { inputs }: ActionInputs = parse(text);
    const examples = String(inputs['args']?.description).match(/--[a-z-]+=[\w.]+/g) ?? [];
    const formats = String(inputs['format']?.description).match(/\b(?:github|sarif)\b/g) ?? [];
    return [
      run.split(' '),
      ['check', ...examples],
      ...[...formats, inputs['format']?.default].map((one) => ['check', `--format=${one}`]),
    ];
  },
  '.pre-commit-hooks.yaml': () =>
    (parse(read('.pre-commit-hooks.yaml')) as readonly Hook[]).map(({ entry, args = [] }) => [
      ...entry.split(' ').slice(1),
      ...args,
    ]),
  'deploy/ci/gitlab.yml': () => {
    const text = read('deploy/ci/gitlab.yml');
    const example = /GUARD_ARGS: (--.*)/.exec(text)?.[1] ?? '';
    return [...commandsIn(text), ['check', ...example.split(' ')]];
  },
  'deploy/argocd/presync-job.yaml': () =>
    parseAllDocuments(read('deploy/argocd/presync-job.yaml'))
      .map((document) => at(document.toJS(), 'spec', 'template', 'spec', 'containers'))
      .filter(Array.isArray)
      .map(([container]) => container.args),
  'docs/gitops.md': () => {
    const page = read('docs/gitops.md');
    const args = [...page.matchAll(/args: (?:\[k8s, )?(--[^\]\n]*)/g)].map(([, words = '']) => [
      'check',
      ...words.split(' '),
    ]);
    const named = [...page.matchAll(/`(--[a-z-]+(?:=\w+)?)`/g)]
      .map(([, option = '']) => option)
      // Of Helm.
      .filter((option) => option !== '--values');
    return [...commandsIn(page), ...args, ['check', ...named]];
  },
};

interface ActionInputs {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
}

interface Hook {
  readonly entry: string;
  readonly args?: readonly string[];
}

describe.each(Object.entries(TYPED))('%s', (_, commands) => {
  it('types what the program knows', () => {
    const all = commands();
    expect(all.flat().length).toBeGreaterThan(0);
    expect(all.flatMap(unknownIn)).toEqual([]);
  });
});

describe('the reader of command lines', () => {
  it.each([
    ['an option that is not there', 'gke-ingress-guard check k8s --strict', 'check --strict'],
    ['a value that is not one of them', 'gke-ingress-guard check --format=xml k8s', 'check --format=xml'],
    ['a command of another option', 'gke-ingress-guard doctor --facts=x.yaml', 'doctor --facts'],
  ])('finds %s', (_, text, said) => {
    expect(commandsIn(text).flatMap(unknownIn)).toEqual([said]);
  });
});
