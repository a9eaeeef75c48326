// Completion, by the shells themselves: each is given the script and a line that is half typed. A shell that is not installed is
// left out; bash always runs.
import { spawnSync } from 'node:child_process';
import { beforeAll, describe, expect, it } from 'vitest';
import { directoryOf, run } from './support.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

const scripts = new Map<Shell, string>();
beforeAll(async () => {
  for (const shell of SHELLS) {
    const { code, out, err } = await run(['completion', shell]);
    expect([code, err]).toEqual([0, '']);
    scripts.set(shell, out);
  }
});

/** bash gives the function its words in COMP_WORDS, and takes COMPREPLY; where that is empty, "FILES" or nothing as compopt said. */
const BASH = `
  shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); files=FILES
  compopt() { case "$*" in ('+o default') files= ;; ('-o dirnames') files=DIRECTORIES ;; esac; }
  _gke_ingress_guard
  if [[ \${#COMPREPLY[@]} -eq 0 ]]; then echo $files; else printf '%s\\n' "\${COMPREPLY[@]}"; fi`;

/** The builtins that only work while a line is edited print what they are given, as far as it fits. */
const ZSH = `
  shift; words=("$@"); CURRENT=$#
  current=\${words[CURRENT]}
  offer() { local one; for one in "$@"; do [[ \${one%%:*} != \${current}* ]] || print -r -- \${one%%:*}; done }
  compdef() { [[ $* == '_gke-ingress-guard gke-ingress-guard' ]] || print -u2 "compdef $*" }
  compset() { current=\${current#*=} }
  compadd() { shift; offer "$@" }
  _describe() { offer \${(P)@[-1]} }
  _files() { [[ $1 == -/ ]] && print DIRECTORIES || print FILES }
  _message() { }`;

function complete(shell: Shell, words: readonly string[]): readonly string[] {
  const root = directoryOf({ script: scripts.get(shell) ?? '' });
  const script = `${root}/script`;
  const line = ['gke-ingress-guard', ...words];
  const commands: Readonly<Record<Shell, readonly string[]>> = {
    bash: ['--norc', '-c', `source "$1"; ${BASH}`, 'bash', script, ...line],
    zsh: ['-f', '-c', `script=$1; ${ZSH}; source $script; _gke-ingress-guard`, 'zsh', script, ...line],
    fish: ['--no-config', '-c', `source ${script}; complete -C "${line.join(' ')}"`],
  };
  const { status, stdout, stderr } = spawnSync(shell, commands[shell], { encoding: 'utf8', cwd: root });
  expect([status, stderr]).toEqual([0, '']);
  return stdout.split('\n').flatMap((one) => {
    const [word = ''] = one.split('\t');
    return word === '' ? [] : [word];
  });
}

/** Of the program, as its help lists them. */
async function listed(words: readonly string[], pattern: RegExp): Promise<readonly string[]> {
  const { out } = await run([...words, '--help']);
  const [own = ''] = out.split('Examples:');
  return [...own.matchAll(pattern)].map(([, name = '']) => name);
}

const COMMAND = /^ {2}([a-z][a-z-]+) /gm;
const OPTION = /^ {2}(?:-\w, )?(--[a-z-]+)/gm;

for (const shell of SHELLS) {
  const isThere = spawnSync(shell, ['--version']).status === 0;
  describe.skipIf(shell !== 'bash' && !isThere)(`in ${shell}`, () => {
    it('offers every command', async () => {
      const commands = await listed([], COMMAND);
      expect(commands.length).toBeGreaterThan(8);
      expect(complete(shell, ['']).toSorted()).toEqual(commands.toSorted());
      expect(complete(shell, ['ch'])).toEqual(['check']);
    });

    it('offers every long option of every command', async () => {
      for (const command of await listed([], COMMAND)) {
        if (command === 'help') continue;
        const options = await listed([command], OPTION);
        expect(options.length).toBeGreaterThan(0);
        const offered = complete(shell, [command, '--']);
        expect([command, options.filter((option) => !offered.includes(option))]).toEqual([command, []]);
      }
    });

    it('offers the values of an option, and a command below a command', () => {
      expect(complete(shell, ['check', '--format', 's'])).toEqual(['sarif']);
      expect(complete(shell, ['doctor', '--fail-on', ''])).toEqual(['error', 'warning']);
      expect(complete(shell, ['rules', 's'])).toEqual(['show']);
      expect(complete(shell, ['rules', 'show', '--form'])).toEqual(['--format']);
      expect(complete(shell, ['completion', ''])).toEqual(expect.arrayContaining(['bash', 'zsh', 'fish']));
    });

    it('offers the options of a hidden command, which its parent runs', () => {
      expect(complete(shell, ['rules', '--poli'])).toEqual(['--policy']);
    });
  });
}

describe('a value with =', () => {
  it('is three words for bash', () => {
    expect(complete('bash', ['check', '--format', '=', 'ju'])).toEqual(['junit']);
    expect(complete('bash', ['check', '--fail-on', '='])).toEqual(['error', 'warning', 'info']);
  });

  it.skipIf(spawnSync('zsh', ['--version']).status !== 0)('is one word for zsh', () => {
    expect(complete('zsh', ['check', '--format=ju'])).toEqual(['junit']);
  });
});

describe.each(['bash', 'zsh'] as const)('files in %s', (shell) => {
  it.skipIf(spawnSync(shell, ['--version']).status !== 0)(
    'stand where a command or an option takes them, and only there',
    () => {
      expect(complete(shell, ['check', ''])).toEqual(['FILES']);
      expect(complete(shell, ['check', '--facts', ''])).toEqual(['FILES']);
      expect(complete(shell, ['check', '--policy', ''])).toEqual(['DIRECTORIES']);
      expect(complete(shell, ['check', '--namespace', ''])).toEqual([]);
      expect(complete(shell, ['facts', ''])).toEqual([]);
    },
  );
});

it('refuses a shell that it does not know', async () => {
  const { code, err } = await run(['completion', 'tcsh']);
  expect(code).toBe(2);
  expect(err).toContain('Allowed choices are bash, zsh, fish.');
});
