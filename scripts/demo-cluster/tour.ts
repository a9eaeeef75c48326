// What the demo tells the user to type, and what each command will show. The words in double quotes are in what it prints:
// test/cluster/demo-cluster.test.ts types all of it.
import { dirname, join } from 'node:path';
import { type Command, shellCommand, shellQuote } from '../../src/shell-quote.ts';
import { environmentOf, type Kubectl } from './kubectl.ts';

interface Step {
  /** Joined by "&&". */
  readonly commands: readonly Command[];
  readonly promise: string;
}

const apply = (file: string): Command => ['kubectl', 'apply', '-f', `examples/${file}`];

function steps(overlay: string): readonly Step[] {
  const facts = join(overlay, 'facts.yaml');
  return [
    {
      commands: [apply('argocd-ingress.yaml')],
      promise: 'Refused, for "the HTTP load balancing add-on is off": without the guard it would wait forever.',
    },
    {
      commands: [[...apply('argocd-service.yaml'), '-o', 'yaml']],
      promise: 'Stored with an annotation that is not in the file: "cloud.google.com/neg".',
    },
    {
      commands: [apply('argocd-server.yaml')],
      promise: 'Stored with a "Warning": Google\'s health check "gets 307 from Argo CD server, not 200".',
    },
    {
      commands: [
        ['cp', 'examples/addon-on.yaml', facts],
        ['kubectl', 'apply', '-k', overlay],
      ],
      promise:
        'The facts say that the add-on is on: "configmap/gke-ingress-guard-facts configured". The guard takes them up a moment later, which is said in this terminal.',
    },
    {
      commands: [apply('argocd-ingress.yaml')],
      promise: 'The same file passes: "ingress.networking.k8s.io/argocd-server created".',
    },
    {
      commands: [
        ['npm', 'run', '-s', 'guard', '--', 'explain', 'ingress/argocd-server', '-n', 'argocd', '--facts', facts],
      ],
      promise:
        'The load balancer that GKE would build, and its break: "C47, the app does not answer with 200". There is no controller here that would build it: "GKE has not touched it yet".',
    },
  ];
}

export interface Place {
  readonly root: string;
  readonly kubectl: Kubectl;
  readonly kubeconfig: string;
  readonly overlay: string;
}

export function tourText(place: Place): string {
  const typed = steps(place.overlay).map(({ commands, promise }, i) => {
    return `${i + 1}. $ ${commands.map(shellCommand).join(' && ')}\n   → ${promise}\n`;
  });
  return [
    `kubeconfig  ${place.kubeconfig} (readable by you only)`,
    `deploy/     as the overlay ${place.overlay}; logs in ${dirname(place.kubeconfig)}`,
    '',
    'In another terminal:',
    '',
    `   $ ${setUp(place)}`,
    '',
    ...typed,
    'Ctrl-C ends all of it and removes the files. It is good for a day: then the certificates end.',
  ].join('\n');
}

function setUp({ root, kubectl, kubeconfig }: Place): string {
  const variables = Object.entries(environmentOf(kubeconfig)).map(([name, value]) => shellQuote(`${name}=${value}`));
  const path = kubectl.directory === undefined ? [] : [`PATH=${shellQuote(kubectl.directory)}:"$PATH"`];
  return `${shellCommand(['cd', root])} && export ${[...variables, ...path].join(' ')}`;
}
