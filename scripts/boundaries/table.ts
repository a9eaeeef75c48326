// The boundaries between the folders of src/: which folders each may import, and where each library is used. `npm run fix`
// writes the blocks of biome.json from it (docs/adr/0005). A folder imports only folders that are above it here.

export interface Folder {
  /** In one sentence, what the folder does and does not do: the first half of the message to whoever crosses it. */
  readonly what: string;
  /** Folders with all that is in them; `doctor/*` means only the files directly in doctor/. */
  readonly imports: readonly string[] | 'everything';
  /** Modules of Node that the folder may import. */
  readonly node: readonly string[] | 'everything';
}

const PURE: readonly string[] = [];

export const FOLDERS: Readonly<Record<string, Folder>> = {
  kubernetes: {
    what: 'kubernetes/ describes objects and does not know who reads them.',
    imports: [],
    node: PURE,
  },
  yaml: {
    what: 'yaml/ stands alone: it knows texts and values, and no Kubernetes.',
    imports: [],
    node: PURE,
  },
  facts: {
    what: 'facts/ says what is known of the cluster, whoever asks.',
    imports: [],
    node: PURE,
  },
  snapshot: {
    what: 'snapshot/ finds objects.',
    imports: ['kubernetes'],
    node: PURE,
  },
  plan: {
    what: 'plan/ says what the controller builds and judges nothing.',
    imports: ['kubernetes', 'facts', 'snapshot'],
    node: PURE,
  },
  judge: {
    what: 'judge/ runs rules over objects and does not know which rules there are.',
    imports: ['kubernetes', 'facts', 'snapshot', 'plan'],
    node: PURE,
  },
  rules: {
    what: 'rules/ find problems: no policy, no output, no I/O.',
    imports: ['kubernetes', 'facts', 'snapshot', 'plan', 'judge'],
    node: PURE,
  },
  seen: {
    what: 'seen/ reads what GKE has built and compares it with the plan.',
    imports: ['kubernetes', 'facts', 'snapshot', 'plan', 'judge'],
    node: PURE,
  },
  asked: {
    what: 'asked/ says what is to be asked of running Pods and what the answers mean; it asks nobody.',
    imports: ['kubernetes', 'facts', 'snapshot', 'plan', 'judge'],
    node: PURE,
  },
  learned: {
    what: 'learned/ says who in a cluster may be asked and what is remembered of it; it asks nobody and writes nothing.',
    imports: ['kubernetes', 'facts', 'snapshot', 'plan', 'judge', 'seen', 'asked'],
    // It hashes what a container is set up with.
    node: ['crypto'],
  },
  policy: {
    what: 'policy/ knows the ids of rules, not the rules.',
    imports: ['kubernetes', 'snapshot', 'plan'],
    node: 'everything',
  },
  verdict: {
    what: 'verdict/ decides and words; it finds nothing itself.',
    imports: ['kubernetes', 'facts', 'snapshot', 'plan', 'judge', 'policy'],
    node: PURE,
  },
  admission: {
    what: 'admission/ answers reviews: no server, no report, no cluster.',
    imports: ['kubernetes', 'facts', 'snapshot', 'plan', 'judge', 'policy', 'verdict'],
    node: PURE,
  },
  audit: {
    what: 'audit/ judges what is stored and says what is to be announced; it reads and writes nothing.',
    imports: ['kubernetes', 'facts', 'snapshot', 'plan', 'judge', 'policy', 'verdict'],
    // It hashes what names an Event.
    node: ['crypto'],
  },
  doctor: {
    what: 'doctor/ judges the installation that it is given.',
    imports: ['kubernetes', 'facts', 'snapshot', 'learned', 'policy'],
    // It parses certificates.
    node: ['crypto'],
  },
  report: {
    what: 'report/ renders and decides nothing.',
    imports: ['kubernetes', 'facts', 'plan', 'judge', 'seen', 'asked', 'admission', 'doctor'],
    // Fingerprints.
    node: ['crypto'],
  },
  cluster: {
    what: 'cluster/ brings data in and judges nothing.',
    imports: ['kubernetes', 'facts', 'snapshot', 'asked', 'learned', 'doctor/*'],
    node: 'everything',
  },
  'self-signed': {
    what: 'self-signed/ keeps a certificate and serves nothing itself.',
    imports: ['kubernetes', 'cluster'],
    node: 'everything',
  },
  server: {
    what: 'server/ serves the webhook; the command line and files are not its business.',
    imports: ['kubernetes', 'facts', 'verdict', 'admission'],
    node: 'everything',
  },
  cli: {
    what: 'cli/ is where everything is put together.',
    imports: 'everything',
    node: 'everything',
  },
};

/** From a library to the folders that may import it; a library that is not named may be imported everywhere. */
export const LIBRARIES: Readonly<Record<string, readonly string[]>> = {
  express: ['server'],
  'prom-client': ['server'],
  pino: ['cluster', 'server', 'cli'],
  commander: ['cli'],
  '@kubernetes/client-node': ['cluster'],
  'google-auth-library': ['cluster'],
  '@peculiar/x509': ['self-signed'],
};
