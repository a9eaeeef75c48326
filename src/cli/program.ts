// The command line: options in, exit code out. Commands that are not asked for are not loaded.
import { Command, CommanderError, Option } from 'commander';
import { AppError, ERRORS } from '../errors.ts';
import { SEVERITIES, type Severity } from '../judge/finding.ts';
import type { CheckOptions } from './check.ts';
import type { DoctorOptions } from './doctor.ts';
import type { ExplainOptions } from './explain.ts';
import type { FactsOptions } from './facts.ts';
import { EXIT, type ExitCode, type Io } from './io.ts';
import {
  addGke,
  CONTEXT,
  collect,
  collectClientName,
  FACTS,
  KUBECONFIG,
  LIVE,
  type LiveFlags,
  liveOf,
  POLICY,
  parseDuration,
  parsePort,
  parseSeconds,
} from './options.ts';
import type { ServeOptions } from './serve.ts';

/** As --tls-min-version has them; older ones are broken. */
const TLS_VERSIONS: readonly ServeOptions['tlsMinVersion'][] = ['1.2', '1.3'];

/** @param words the arguments after the program's name */
export async function runProgram(words: readonly string[], version: string, io: Io): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.clean;
  const program = createProgram(version, io, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(words, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.clean : EXIT.failed;
    io.err(error instanceof AppError ? describe(error) : describeFault(error));
    return EXIT.failed;
  }
}

function describe({ code, detail, howToFix }: AppError): string {
  const { message } = ERRORS[code];
  const isList = detail.includes('\n');
  return `error: ${message}${isList ? '\n' : ' '}${detail}\n${howToFix} [${code}]\n`;
}

/** Exit code 1 would say "findings". */
function describeFault(error: unknown): string {
  const stack = error instanceof Error ? error.stack : String(error);
  return `error: this is a fault of gke-ingress-guard itself; please report it with what follows.\n${stack}\n`;
}

function createProgram(version: string, io: Io, setExitCode: (code: ExitCode) => void): Command {
  const program = new Command('gke-ingress-guard')
    .description(
      'Says, before an object is stored, what the GKE Ingress controller will refuse, ignore or build wrong.',
    )
    .version(version)
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: io.err })
    .showHelpAfterError('(run with --help to see every option)');
  addServe(program, io, setExitCode);
  addCheck(program, io, setExitCode);
  addExplain(program, io, setExitCode);
  addRules(program, io, setExitCode);
  addDoctor(program, io, setExitCode);
  return program;
}

function addServe(program: Command, io: Io, setExitCode: (code: ExitCode) => void): void {
  const command = program
    .command('serve')
    .description('run the admission webhook')
    .option('--bind-address <address>', 'address that both servers listen on', '0.0.0.0')
    .option('--port <port>', 'HTTPS port of /mutate and /validate', parsePort, 10250)
    .option('--health-port <port>', 'HTTP port of /livez, /readyz and /metrics', parsePort, 8080)
    .option('--tls-dir <dir>', 'directory with tls.crt and tls.key', '/etc/gke-ingress-guard/tls')
    .addOption(
      new Option('--tls-min-version <version>', 'oldest TLS to speak').choices([...TLS_VERSIONS]).default('1.2'),
    )
    .addOption(
      new Option('--self-signed', "a certificate of the guard's own authority, kept in a Secret (docs/self-signed.md)")
        .conflicts(['tlsDir', 'cluster'])
        .default(false),
    )
    .option('--service-name <name>', 'with --self-signed: the Service that the API server calls', 'gke-ingress-guard')
    .option('--namespace <namespace>', 'with --self-signed: where that Service is; left out, the namespace of the Pod')
    .option('--client-ca <file>', 'only clients with a certificate of these authorities may call (docs/tls.md)')
    .option('--client-name <name>', 'and only with this CN or DNS name; may be repeated', collectClientName, [])
    .option(...FACTS)
    .option(...POLICY)
    .addOption(new Option(...KUBECONFIG).conflicts('cluster'))
    .addOption(new Option(...CONTEXT).conflicts('cluster'))
    .option('--no-cluster', 'facts from the file only, no watches');
  addGke(command)
    .addOption(
      new Option('--facts-refresh <duration>', 'how often Google is asked about the cluster')
        .argParser(parseDuration)
        .default(5 * 60_000, '5m'),
    )
    .addOption(
      new Option('--facts-max-age <duration>', 'when a fact that nobody confirmed is unknown')
        .argParser(parseDuration)
        .default(24 * 3_600_000, '24h'),
    )
    .option('--drain-seconds <seconds>', 'how long to go on serving after SIGTERM', parseSeconds, 10)
    .action(async ({ clientName: clientNames, selfSigned, namespace, serviceName, ...given }: ServeFlags, command) => {
      if (clientNames.length > 0 && given.clientCa === undefined) {
        command.error('error: --client-name needs --client-ca, the authorities whose certificates are accepted');
      }
      const options = { ...given, clientNames, selfSigned: selfSigned ? { namespace, serviceName } : undefined };
      const { serve } = await import('./serve.ts');
      setExitCode(await serve(options, io));
    });
}

interface ServeFlags extends Omit<ServeOptions, 'clientNames' | 'selfSigned'> {
  readonly clientName: readonly string[];
  readonly selfSigned: boolean;
  readonly namespace: string | undefined;
  readonly serviceName: string;
}

function addCheck(program: Command, io: Io, setExitCode: (code: ExitCode) => void): void {
  const command = program
    .command('check')
    .description('judge the objects of files, directories or standard input (-)')
    .argument('[path...]', 'files, directories (recursively), or -')
    .option('-f, --filename <path>', 'the same, as with kubectl; may be repeated', collect, [])
    .option(...POLICY)
    .addOption(new Option('--format <format>', 'how to print').choices(['text', 'json']).default('text'))
    .addOption(
      new Option('--fail-on <severity>', 'exit with 1 from this severity on').choices([...SEVERITIES]).default('error'),
    )
    .option('--no-mutate', 'judge objects as written, without the annotations that the webhook would add')
    .option('--complete', 'the input is everything there is: what is named and not in it does not exist', false)
    .option(LIVE, 'as updates of what the cluster has, among the neighbours there (docs/explain-live.md)', false)
    .option(...KUBECONFIG)
    .option(...CONTEXT)
    .option(...FACTS);
  addGke(command).action(async (paths: string[], { filename, ...given }: CheckFlags) => {
    const all = [...paths, ...filename];
    if (all.length === 0) command.error('error: name files or directories, or - for standard input');
    const { check } = await import('./check.ts');
    setExitCode(await check({ ...given, paths: all, live: liveOf(given) }, io));
  });
}

function addExplain(program: Command, io: Io, setExitCode: (code: ExitCode) => void): void {
  const command = program
    .command('explain')
    .description('show what GKE will build for an Ingress: from host to Pod, the health check and why, each break')
    .argument('[ingress]', 'ingress/NAME; left out: every Ingress that GKE serves')
    .option('-n, --namespace <namespace>', "only Ingresses of this namespace; of a cluster, else the context's")
    .option('-A, --all-namespaces', 'Ingresses of every namespace of the cluster', false)
    .option(LIVE, 'the cluster of the kubeconfig, and what is seen there; implied where no file is given', false)
    .option(...KUBECONFIG)
    .option(...CONTEXT)
    .option('-f, --filename <path>', 'files, directories (recursively), or -; may be repeated', collect, [])
    .option('--all', 'every Ingress, those that GKE does not serve too', false)
    .option(...POLICY)
    .addOption(new Option('--format <format>', 'how to print').choices(['text', 'json']).default('text'))
    .option('--no-mutate', 'explain objects as written, without the annotations that the webhook would add')
    .option('--complete', 'the files are everything there is: what is named and not in them does not exist', false)
    .option(...FACTS);
  addGke(command).action(async (ingress: string | undefined, { filename: paths, ...given }: ExplainFlags) => {
    if (given.allNamespaces && given.namespace !== undefined) command.error('error: give -n or -A, not both');
    if (given.all && ingress !== undefined) command.error('error: name an Ingress, or give --all, not both');
    const live = liveOf({ ...given, live: given.live || paths.length === 0 });
    const { explain } = await import('./explain.ts');
    setExitCode(await explain({ ...given, ingress, paths, live }, io));
  });
}

type ExplainFlags = Omit<ExplainOptions, 'paths' | 'ingress' | 'live'> &
  LiveFlags & { readonly filename: readonly string[] };

type CheckFlags = Omit<CheckOptions, 'paths' | 'live'> &
  LiveFlags & { readonly filename: readonly string[]; readonly failOn: Severity };

interface ListFlags {
  readonly policy: string | undefined;
  readonly format: 'text' | 'json';
}

function addRules(program: Command, io: Io, setExitCode: (code: ExitCode) => void): void {
  const format = (): Option =>
    new Option('--format <format>', 'how to print').choices(['text', 'json']).default('text');
  const rules = program.command('rules').description('list the rules with their severity and mode');
  rules
    .command('list', { isDefault: true, hidden: true })
    .option(...POLICY)
    .addOption(format())
    .action(async (options: ListFlags) => {
      const { listRules } = await import('./rules.ts');
      setExitCode(listRules(options, io));
    });
  rules
    .command('show')
    .description('what a rule finds, why it matters, what to do')
    .argument('<id>', 'such as cluster-ip-without-neg')
    .option(...POLICY)
    .addOption(format())
    .action(async (id: string, options: ListFlags) => {
      const { showRule } = await import('./rules.ts');
      setExitCode(showRule(id, options, io));
    });
  addFacts(program, io, setExitCode);
}

type FactsFlags = Omit<FactsOptions, 'live'> & LiveFlags & { readonly from: string | undefined };

function addFacts(program: Command, io: Io, setExitCode: (code: ExitCode) => void): void {
  const command = program
    .command('facts')
    .description('each fact of the cluster, its source and age, and the commands that tell and change it')
    .option(...FACTS)
    .option(LIVE, 'ask the cluster of the kubeconfig, and Google about it', false)
    .option(...KUBECONFIG)
    .option(...CONTEXT)
    .option('--from <file>', 'turn what `gcloud container clusters describe` printed (- for stdin) into a facts file')
    .addOption(new Option('--format <format>', 'how to print').choices(['text', 'json']).default('text'));
  addGke(command).action(async ({ from, ...given }: FactsFlags) => {
    if (from !== undefined) {
      const { writeFactsFile } = await import('./facts-from.ts');
      setExitCode(await writeFactsFile(from, io));
      return;
    }
    const { listFacts } = await import('./facts.ts');
    setExitCode(await listFacts({ ...given, live: liveOf(given) }, io));
  });
}

type DoctorFlags = Omit<DoctorOptions, 'paths'> & { readonly filename: readonly string[] };

function addDoctor(program: Command, io: Io, setExitCode: (code: ExitCode) => void): void {
  program
    .command('doctor')
    .description("judge the guard's own installation, in the cluster or in rendered manifests")
    .option('-f, --filename <path>', 'rendered manifests instead of the cluster; may be repeated', collect, [])
    .option('--kubeconfig <file>', 'left out: KUBECONFIG, or ~/.kube/config')
    .option('--context <name>', 'a context other than the current one')
    .option('-n, --namespace <namespace>', 'where the guard is installed', 'gke-ingress-guard')
    .option('--name <name>', 'of its Deployment, Service and webhook configurations', 'gke-ingress-guard')
    .addOption(new Option('--format <format>', 'how to print').choices(['text', 'json']).default('text'))
    .addOption(
      new Option('--fail-on <severity>', 'exit with 1 from this severity on')
        .choices(['error', 'warning'])
        .default('error'),
    )
    .action(async ({ filename: paths, ...given }: DoctorFlags, command: Command) => {
      const isLive = given.kubeconfig !== undefined || given.context !== undefined;
      if (paths.length > 0 && isLive) command.error('error: give -f, or --kubeconfig and --context, not both');
      const { doctor } = await import('./doctor.ts');
      setExitCode(await doctor({ ...given, paths }, io));
    });
}
