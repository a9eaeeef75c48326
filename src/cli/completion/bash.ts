// Completion for bash, 3.2 (of macOS) and later; compopt is newer, and where it is missing files are offered too often.
import { commandCases, isChoice, valueCases } from './cases.ts';
import { type CompletedCommand, PROGRAM, quoted, type Value } from './tree.ts';

export function bashCompletion(commands: readonly CompletedCommand[]): string {
  return `# To have it in each new shell, in ~/.bashrc: source <(${PROGRAM} completion bash)
_gke_ingress_guard() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]} command='' words='' index
  COMPREPLY=()
  # bash makes three words of --name=value.
  if [[ $current == '=' ]]; then
    current=''
  elif [[ $previous == '=' ]]; then
    previous=\${COMP_WORDS[COMP_CWORD - 2]}
  fi
  for ((index = 1; index < COMP_CWORD; index++)); do
    case "$command \${COMP_WORDS[index]}" in
${indent(commandCases(commands), 6)}
    esac
  done
  case "$command $previous" in
${indent(valueCases(commands, afterOption), 4)}
  esac
  case "$command" in
${indent(commands.map(ofCommand), 4)}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _gke_ingress_guard ${PROGRAM}
`;
}

const NO_FILES = 'compopt +o default 2>/dev/null';

function afterOption(value: Exclude<Value, 'none'>): string {
  if (isChoice(value)) return `COMPREPLY=($(compgen -W ${quoted(value.join(' '))} -- "$current")); ${NO_FILES}; return`;
  // Nothing to offer: readline offers files then.
  if (value === 'file') return 'return';
  if (value === 'directory') return `${NO_FILES}; compopt -o dirnames 2>/dev/null; return`;
  return `${NO_FILES}; return`;
}

function ofCommand({ words, options, commands, value }: CompletedCommand): string {
  const names = options.flatMap((option) => option.names).join(' ');
  const plain = [...commands.map(({ name }) => name), ...(isChoice(value) ? value : [])].join(' ');
  const files = value === 'file' ? '' : `${NO_FILES}; `;
  return `(${quoted(words)}) ${files}words=${quoted(plain)}; [[ $current != -* ]] || words=${quoted(names)} ;;`;
}

function indent(lines: readonly string[], by: number): string {
  return lines.map((line) => `${' '.repeat(by)}${line}`).join('\n');
}
