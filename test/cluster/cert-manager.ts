// The real cert-manager on loopback, against a control plane of the tests: its CRDs, its controller and its cainjector.
// Its own webhook is not there: what it would default and refuse is not asked of these tests.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';
import { type ApiClient, createApiClient, type KubeObject, mustSucceed } from './api-client.ts';
import type { ControlPlane } from './control-plane.ts';
import { freePort } from './free-port.ts';
import { type GoModule, goPrograms, type Log, logToStderr, runGo } from './go-programs.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';
import { waitFor } from './wait-for.ts';

export type CertManager = {
  /** Process ids; undefined for what has ended. */
  pids(): { readonly controller: number | undefined; readonly cainjector: number | undefined };
  /** Ends both processes. Does nothing the second time. */
  stop(): Promise<void>;
};

const SOURCE = 'github.com/cert-manager/cert-manager';
/** Where it looks for the Secrets of ClusterIssuers, as its own manifests have it. */
const NAMESPACE = 'cert-manager';

const module: GoModule<'controller' | 'cainjector'> = {
  what: 'cert-manager',
  name: 'cert-manager',
  dir: fileURLToPath(new URL('./cert-manager/', import.meta.url)),
  files: ['go.mod', 'go.sum'],
  // Its commands are in go.mod as tools, so that no main of ours has to repeat theirs.
  packages: [`${SOURCE}/cmd/controller`, `${SOURCE}/cmd/cainjector`],
  programs: ['controller', 'cainjector'],
  ldflags: '-s -w',
  duration: 'about 4 minutes',
  wayOut: '',
};

/**
 * Creates its CRDs and namespace, and starts both processes.
 *
 * @throws {Error} with the last lines of the log of what did not start.
 */
export async function startCertManager(controlPlane: ControlPlane, log: Log = logToStderr): Promise<CertManager> {
  const programs = await goPrograms(module, log, process.env);
  const client = createApiClient(controlPlane);
  await createDefinitions(client);
  await client.createNamespace(NAMESPACE);
  const common = [`--kubeconfig=${controlPlane.kubeconfig()}`, '--leader-elect=false'];
  const controllerFlags = [
    ...common,
    `--cluster-resource-namespace=${NAMESPACE}`,
    // The cainjector serves none.
    `--metrics-listen-address=127.0.0.1:${await freePort()}`,
  ];
  const running: ServerProcess[] = [];
  const start = async (name: keyof typeof programs, flags: readonly string[]): Promise<ServerProcess> => {
    const server = await startServerProcess(programs[name], flags, join(controlPlane.dir, `${name}.log`));
    running.push(server);
    return server;
  };
  const stop = async (): Promise<void> => {
    await Promise.all(running.map((server) => server.stop()));
  };
  const controller = await start('controller', controllerFlags);
  const cainjector = await start('cainjector', common);
  const pidOf = (server: ServerProcess): number | undefined => (server.ended() === undefined ? server.pid : undefined);
  return { pids: () => ({ controller: pidOf(controller), cainjector: pidOf(cainjector) }), stop };
}

async function createDefinitions(client: ApiClient): Promise<void> {
  const definitions = await readDefinitions();
  for (const definition of definitions) await mustSucceed(client.create(definition, { fieldValidation: 'Strict' }));
  for (const definition of definitions) {
    await waitFor(
      `${definition.metadata.name} to be served`,
      () => client.get(definition),
      ({ body }) => conditionOf(body, 'Established')?.status === 'True',
    );
  }
}

/** As the module ships them, less their labels: those are templates of its Helm chart. */
async function readDefinitions(): Promise<readonly KubeObject[]> {
  const answer = await runGo(module.dir, ['mod', 'download', '-json', SOURCE], process.env);
  if (!answer.ok)
    throw new Error(`The source of cert-manager is not available, and so its CRDs are not. ${answer.why}`);
  // Go's own answer, which has the folder wherever it succeeded.
  const { Dir: source } = JSON.parse(answer.out) as { readonly Dir: string };
  const folder = join(source, 'deploy', 'crds');
  const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
  return files.flatMap((file) =>
    parseAllDocuments(readFileSync(join(folder, file), 'utf8')).map((document) => {
      // CRDs, which the API server checks strictly right after.
      const { metadata, ...rest } = document.toJS() as KubeObject;
      return { ...rest, metadata: { name: metadata.name } };
    }),
  );
}

export type Condition = {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
};

/** A condition in the status of an object that the API server answered. */
export function conditionOf(object: unknown, type: string): Condition | undefined {
  // Conditions have this form in every API that has them; elsewhere there are none.
  const { status } = object as { readonly status?: { readonly conditions?: readonly Condition[] } };
  return status?.conditions?.find((condition) => condition.type === type);
}

/**
 * Asks for a new certificate now, as `cmctl renew` does: the condition that says it is being issued.
 *
 * @param certificate names it; what is stored decides the rest
 */
export async function renew(client: ApiClient, certificate: KubeObject): Promise<void> {
  const { body } = await mustSucceed(client.get(certificate));
  const stored = body as KubeObject & { readonly status: { readonly conditions: readonly Condition[] } };
  const issuing = {
    type: 'Issuing',
    status: 'True',
    reason: 'ManuallyTriggered',
    message: 'Certificate re-issuance manually triggered',
    lastTransitionTime: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
  };
  const conditions = [...stored.status.conditions.filter(({ type }) => type !== issuing.type), issuing];
  await mustSucceed(client.updateStatus({ ...stored, status: { ...stored.status, conditions } }));
}
