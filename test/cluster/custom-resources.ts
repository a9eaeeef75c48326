// CustomResourceDefinitions of others, from the Go modules that publish them.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { at } from '../../src/kubernetes/read.ts';
import { type ApiClient, type KubeObject, mustSucceed } from './api-client.ts';
import { waitFor } from './wait-for.ts';

export interface Source {
  /** path@version */
  readonly module: string;
  readonly files: readonly string[];
}

/** Its module is the last that the proxy has with the definitions in it. */
export const CERT_MANAGER: Source = {
  module: 'github.com/cert-manager/cert-manager@v1.11.5',
  files: ['deploy/crds/crd-certificates.yaml', 'deploy/crds/crd-issuers.yaml'],
};

export const PROMETHEUS_OPERATOR: Source = {
  module: 'github.com/prometheus-operator/prometheus-operator@v0.79.2',
  files: ['servicemonitors', 'prometheusrules'].map(
    (name) => `example/prometheus-operator-crd/monitoring.coreos.com_${name}.yaml`,
  ),
};

export const OPEN_REPORTS: Source = {
  module: 'github.com/openreports/reports-api@v0.2.1',
  files: ['config/crd/openreports.io_reports.yaml'],
};

/** Kyverno still brings the older API along, which is no module that the proxy has. */
export const POLICY_REPORTS: Source = {
  module: 'github.com/kyverno/kyverno@v1.19.1',
  files: ['config/crds/policyreport/wgpolicyk8s.io_policyreports.yaml'],
};

/** Stores the definitions, and waits until objects of theirs are taken. */
export async function defineResources(client: ApiClient, { module, files }: Source): Promise<void> {
  const directory = download(module);
  for (const file of files) {
    const definition = readDefinition(join(directory, file));
    await mustSucceed(client.create(definition));
    await waitFor(
      `${definition.metadata.name} to be established`,
      () => client.get(definition),
      ({ body }) => conditionsOf(body).includes('Established=True'),
    );
  }
}

/** Deletes the definitions with all their objects, and waits until they are gone. */
export async function removeResources(client: ApiClient, { module, files }: Source): Promise<void> {
  const directory = download(module);
  for (const file of files) {
    const definition = readDefinition(join(directory, file));
    await mustSucceed(client.remove(definition));
    await waitFor(
      `${definition.metadata.name} to be gone`,
      () => client.get(definition),
      ({ status }) => status === 404,
    );
  }
}

/** A template of Helm, whose lines of templates hold labels only. */
function readDefinition(path: string): KubeObject {
  const text = readFileSync(path, 'utf8').replaceAll(/^.*\{\{.*\n/gm, '');
  const [document] = parseAllDocuments(text);
  // The API server refuses what is no definition.
  return document?.toJS() as KubeObject;
}

function conditionsOf(definition: unknown): readonly string[] {
  const conditions = at(definition, 'status', 'conditions');
  return Array.isArray(conditions) ? conditions.map((one) => `${at(one, 'type')}=${at(one, 'status')}`) : [];
}

/** @returns where the module's files are */
export function download(module: string): string {
  const env = { ...process.env, GOWORK: 'off', GOFLAGS: '-mod=mod' };
  const { stdout, stderr, error } = spawnSync('go', ['mod', 'download', '-json', module], { env, cwd: '/' });
  const answer: unknown = stdout?.length ? JSON.parse(String(stdout)) : undefined;
  const directory = at(answer, 'Dir');
  if (typeof directory === 'string') return directory;
  throw new Error(
    `${module} is not available from the Go module proxy: ${at(answer, 'Error') ?? stderr ?? error?.message}`,
  );
}
