// What --help says after the options: how the command is typed, what its exit code says, and where there is more.
import type { Command } from 'commander';

interface Epilogue {
  /** What follows the program's name, with what it is for. */
  readonly examples: readonly (readonly [words: string, purpose: string])[];
  /** Of exit code 1; left out where the command has none. */
  readonly findings?: string;
  /** In the directory docs of the source. */
  readonly page: string;
}

const EPILOGUES: Readonly<Record<string, Epilogue>> = {
  serve: {
    examples: [
      ['serve --tls-dir=DIR', 'in a Pod, as deploy/base has it'],
      ['serve --tls-dir=DIR --no-cluster --facts=facts.yaml', 'on this machine, without a cluster'],
    ],
    page: 'operations.md',
  },
  check: {
    examples: [
      ['check manifests/', 'every YAML and JSON file below it'],
      ['check -n shop --facts facts.yaml -', 'what another tool has rendered, from standard input'],
      ['check --live ingress.yaml', 'among what the cluster has'],
      ['check --fix --diff manifests/', 'what --fix would write into the files (docs/fix.md)'],
      ['check manifests/ --base origin/main', 'and what the change does to load balancers (docs/base.md)'],
    ],
    findings: 'a finding of the severity of --fail-on, or worse',
    page: 'files.md',
  },
  explain: {
    examples: [
      ['explain ingress/web -n shop', 'of the cluster: predicted, seen, and each difference'],
      ['explain -f manifests/', 'of files, before anything is stored'],
      ['explain ingress/web -n shop --ask', 'with what its running Pods answer'],
      ['explain --all -A -o html > ingresses.html', 'a page for a browser, of all of them (docs/formats.md)'],
    ],
    findings: 'an Ingress that is shown has a certain error; with --ask also: a Pod does not answer Google with 200',
    page: 'explain-live.md',
  },
  ask: {
    examples: [
      ['ask ingress/web -n shop', 'the Pods of every backend'],
      ['ask deployment/web -n shop', 'its Pods, as each Ingress that leads to them would'],
      ['ask web-6c5f9-abcde -n shop --save-app policy/', 'one Pod, and what was learned of its app for --policy'],
    ],
    findings: 'a Pod was heard to answer Google with something else than 200',
    page: 'ask.md',
  },
  rules: {
    examples: [
      ['rules', 'every rule, its severity and mode'],
      ['rules show cluster-ip-without-neg', 'one rule'],
      ['rules show C46', 'the rules of a condition of docs/coverage.md'],
    ],
    page: 'rules/README.md',
  },
  facts: {
    examples: [
      ['facts --live', 'of the cluster of the kubeconfig'],
      ['facts --from -', 'a facts file, from `gcloud container clusters describe`'],
    ],
    page: 'facts.md',
  },
  doctor: {
    examples: [
      ['doctor', 'the installation in the cluster of the kubeconfig'],
      ['doctor -f -', 'manifests, such as `kubectl kustomize OVERLAY` renders'],
    ],
    findings: 'a problem of the severity of --fail-on, or worse',
    page: 'doctor.md',
  },
  audit: {
    examples: [
      ['audit', 'all that is stored in the cluster of the kubeconfig'],
      ['audit -n shop --watch', 'one namespace, and what changes there'],
      ['audit -o html > ingresses.html', 'a page for a browser; sarif, junit, github and gitlab are for pipelines'],
    ],
    findings: 'a finding of the severity of --fail-on, or worse',
    page: 'audit.md',
  },
  'keep-certificate': {
    examples: [['keep-certificate', 'in a Pod, as deploy/components/self-signed has it']],
    page: 'self-signed.md',
  },
  completion: {
    examples: [
      ['completion bash', 'in ~/.bashrc: source <(gke-ingress-guard completion bash)'],
      ['completion zsh', 'in ~/.zshrc, after compinit: source <(gke-ingress-guard completion zsh)'],
      ['completion fish', 'into ~/.config/fish/completions/gke-ingress-guard.fish'],
    ],
    page: 'npm.md',
  },
};

/** @param command of the program */
export function addEpilogue(command: Command): void {
  const epilogue = epilogueOf(command);
  command.addHelpText('after', `\n${linesOf(epilogue, command.parent?.name() ?? '').join('\n')}`);
}

/** @throws {Error} where somebody has to write one */
export function epilogueOf(command: Command): Epilogue {
  const epilogue = EPILOGUES[command.name()];
  if (epilogue === undefined)
    throw new Error(`--help of ${command.name()} has no examples: add them to ${import.meta.url}`);
  return epilogue;
}

function linesOf({ examples, findings, page }: Epilogue, program: string): readonly string[] {
  return [
    'Examples:',
    ...examples.flatMap(([words, purpose]) => [`  ${program} ${words}`, `      ${purpose}`]),
    '',
    'Exit codes:',
    `  0  done${findings === undefined ? '' : ', and nothing found that fails'}`,
    ...(findings === undefined ? [] : [`  1  ${findings}`]),
    '  2  the command could not do what it was asked for',
    '',
    `More: docs/${page}`,
  ];
}
