// The options of `serve`.
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Io } from '../io.ts';
import {
  addGke,
  CONTEXT,
  FACTS,
  KUBECONFIG,
  NAMESPACE_OF_SERVICE,
  POLICY,
  SERVICE_NAME,
  type SetExitCode,
} from '../options.ts';
import type { ServeOptions } from './serve.ts';

/** As --tls-min-version has them; older ones are broken. */
const TLS_VERSIONS: readonly ServeOptions['tlsMinVersion'][] = ['1.2', '1.3'];

const ASKED: readonly NonNullable<ServeOptions['ask']>[] = ['pods', 'nobody'];

export function addServe(program: Command, io: Io, setExitCode: SetExitCode): void {
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
      new Option(
        '--self-signed',
        "a certificate of the guard's own authority, from the Secret that `keep-certificate` fills",
      )
        .conflicts(['tlsDir', 'cluster'])
        .default(false),
    )
    .option(...SERVICE_NAME)
    .option(...NAMESPACE_OF_SERVICE)
    .option('--client-ca <file>', 'only clients with a certificate of these authorities may call (docs/tls.md)')
    .option('--client-name <name>', 'and only with this CN or DNS name; may be repeated', collectClientName)
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
    .addOption(
      new Option('--audit', 'judge what is stored too, and write Events about it (docs/audit.md)')
        .conflicts('cluster')
        .default(false),
    )
    .addOption(
      new Option('--audit-interval <duration>', 'with --audit: how often everything is judged')
        .argParser(parseDuration)
        .default(10 * 60_000, '10m'),
    )
    .option(
      '--audit-reports',
      'with --audit: write a report of each namespace too, for dashboards of policies (docs/audit.md)',
      false,
    )
    .option(
      '--audit-mounted-config',
      'with --audit: read the ConfigMaps too that workloads behind Ingresses mount, for what web servers answer (docs/audit.md)',
      false,
    )
    .addOption(
      new Option('--learned', 'warn too of what `serve --ask` learned of apps in this cluster (docs/asker.md)')
        .conflicts('cluster')
        .default(false),
    )
    .addOption(
      new Option(
        '--ask [whom]',
        "instead of the webhook: ask Pods behind Ingresses as Google's health check does, or nobody and learn of Google alone (docs/asker.md)",
      )
        .choices([...ASKED])
        .preset('pods')
        .conflicts(['cluster', 'audit', 'learned', 'selfSigned', 'clientCa']),
    )
    .addOption(
      new Option('--ask-interval <duration>', 'with --ask: how often every backend is looked at')
        .argParser(parseDuration)
        .default(10 * 60_000, '10m'),
    )
    .option('--drain-seconds <seconds>', 'how long to go on serving after SIGTERM', parseSeconds, 10)
    .action(
      async ({ clientName: clientNames = [], selfSigned, namespace, serviceName, ...given }: ServeFlags, command) => {
        if (clientNames.length > 0 && given.clientCa === undefined) {
          command.error('error: --client-name needs --client-ca, the authorities whose certificates are accepted');
        }
        if (given.auditReports && !given.audit) {
          command.error('error: --audit-reports needs --audit, which finds what is reported');
        }
        if (given.auditMountedConfig && !given.audit) {
          command.error('error: --audit-mounted-config needs --audit, which says what comes of it');
        }
        const options = { ...given, clientNames, selfSigned: selfSigned ? { namespace, serviceName } : undefined };
        const run =
          options.ask === undefined ? (await import('./serve.ts')).serve : (await import('./asker.ts')).serveAsker;
        setExitCode(await run(options, io));
      },
    );
}

interface ServeFlags extends Omit<ServeOptions, 'clientNames' | 'selfSigned'> {
  readonly clientName?: readonly string[];
  readonly selfSigned: boolean;
  readonly namespace: string | undefined;
  readonly serviceName: string;
}

/** Names are compared as they are, so what can be no name is a slip of the pen. */
function collectClientName(value: string, previous: readonly string[] = []): readonly string[] {
  // OpenSSL takes a name with a leading dot for every name that ends so.
  if (!/^[^\s.*]([^*]*[^\s*])?$/.test(value)) {
    throw new InvalidArgumentError('A name is a whole CN or DNS name, without a wildcard or a leading dot.');
  }
  return [...previous, value];
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535)
    throw new InvalidArgumentError('A port is a number from 0 (any free one) to 65535.');
  return port;
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (!/^\d+$/.test(text) || seconds > 25) throw new InvalidArgumentError('Seconds are a number from 0 to 25.');
  return seconds;
}

/** @returns milliseconds */
function parseDuration(text: string): number {
  const { count = '', unit = '' } = /^(?<count>\d{1,6})(?<unit>[smh])$/.exec(text)?.groups ?? {};
  const durationMs = Number(count) * (UNITS_MS[unit] ?? 0);
  // Timers of Node hold up to 24 days.
  if (durationMs < 1000 || durationMs > 20 * 24 * 3_600_000)
    throw new InvalidArgumentError('A duration is such as 90s, 5m or 24h, up to 480h.');
  return durationMs;
}

const UNITS_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };
