// Completion for zsh, with descriptions: as a file _gke-ingress-guard of a directory in fpath, or read by `source`.
import { commandCases, isChoice, valueCases } from './cases.ts';
import { type CompletedCommand, PROGRAM, quoted, type Value } from './tree.ts';

export function zshCompletion(commands: readonly CompletedCommand[]): string {
  return `#compdef ${PROGRAM}
# To have it in each new shell, in ~/.zshrc, after compinit: source <(${PROGRAM} completion zsh)
_${PROGRAM}() {
  local current=$words[CURRENT] previous=$words[CURRENT-1] command='' index
  local -a options commands
  for ((index = 2; index < CURRENT; index++)); do
    case "$command $words[index]" in
${indent(commandCases(commands), 6)}
    esac
  done
  if [[ $current == --*=* ]]; then
    previous=\${current%%=*}
    compset -P '*='
  fi
  case "$command $previous" in
${indent(valueCases(commands, afterOption), 4)}
  esac
  case "$command" in
${commands.map(ofCommand).join('\n')}
  esac
}
# Read by compinit this file is the function itself.
if [[ $funcstack[1] == _${PROGRAM} ]]; then
  _${PROGRAM} "$@"
else
  compdef _${PROGRAM} ${PROGRAM}
fi
`;
}

function afterOption(value: Exclude<Value, 'none'>): string {
  if (isChoice(value)) return `compadd -- ${value.join(' ')}; return`;
  if (value === 'file') return '_files; return';
  if (value === 'directory') return '_files -/; return';
  return '_message value; return';
}

function ofCommand({ words, options, commands, value }: CompletedCommand): string {
  const described = options.flatMap(({ names, description }) => names.map((name) => quoted(`${name}:${description}`)));
  const below = commands.map(({ name, description }) => quoted(`${name}:${description}`));
  const plain = [
    ...(below.length === 0 ? [] : [`commands=(${below.join(' ')})`, '_describe command commands']),
    ...(isChoice(value) ? [`compadd -- ${value.join(' ')}`] : []),
    ...(value === 'file' ? ['_files'] : []),
    ...(below.length === 0 && (value === 'none' || value === 'text') ? ['_message argument'] : []),
  ];
  return `    (${quoted(words)})
      if [[ $current == -* ]]; then
        options=(
${indent(described, 10)}
        )
        _describe -o option options
      else
${indent(plain, 8)}
      fi
      ;;`;
}

function indent(lines: readonly string[], by: number): string {
  return lines.map((line) => `${' '.repeat(by)}${line}`).join('\n');
}
