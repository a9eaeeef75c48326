import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  ADD_ON_OFF,
  CLUSTER,
  CLUSTER_PATH,
  clusterDescription,
  createKeyFile,
  type FakeGkeApi,
  type FakeServer,
  googleError,
  LOCATION,
  METADATA,
  PROJECT,
  type Reply,
  startCaptivePortal,
  startFakeGkeApi,
  startFakeMetadata,
} from '../../../test/support/fake-gke-api.ts';
import type { ClusterName, Facts } from '../../facts/facts.ts';
import { createGkeApi, type GkeApiOptions } from './gke-api.ts';
import { GkeApiError } from './gke-error.ts';

const TOKEN = 'a-token';
const NAMED: ClusterName = { project: PROJECT, location: LOCATION, name: CLUSTER };
const UNNAMED: ClusterName = { project: undefined, location: undefined, name: undefined };

let google: FakeGkeApi;

beforeEach(async () => {
  google = await startFakeGkeApi(TOKEN);
  // Whoever runs the tests may have credentials; none of them is to be found.
  vi.stubEnv('CLOUDSDK_CONFIG', '/nowhere');
  vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', undefined);
  vi.stubEnv('METADATA_SERVER_DETECTION', undefined);
  vi.stubEnv('GCE_METADATA_IP', undefined);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await google.close();
});

async function closing(server: Promise<FakeServer>): Promise<FakeServer> {
  const started = await server;
  onTestFinished(() => started.close());
  return started;
}

async function onGke(token: string | undefined = TOKEN, values = METADATA): Promise<FakeServer> {
  const metadata = await closing(startFakeMetadata(token, values));
  vi.stubEnv('GCE_METADATA_HOST', metadata.host);
  return metadata;
}

function read(options: Partial<GkeApiOptions> = {}): Promise<Facts> {
  return createGkeApi({ endpoint: google.url, names: UNNAMED, timeoutMs: 5000, ...options }).read();
}

async function failure(asked: Promise<unknown>): Promise<GkeApiError> {
  try {
    await asked;
  } catch (error) {
    if (error instanceof GkeApiError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

describe('the GKE API', () => {
  it('is asked with Workload Identity about the cluster that the metadata server names', async () => {
    await onGke();
    google.describe(ADD_ON_OFF);
    const facts = await read();
    expect(facts.cluster).toEqual(NAMED);
    expect(facts.httpLoadBalancing).toMatchObject({ value: 'disabled', source: 'gke-api' });
    expect(google.requests).toEqual([{ path: CLUSTER_PATH, authorization: `Bearer ${TOKEN}` }]);
  });

  it('is asked with a key file about the cluster that flags name, without a metadata server', async () => {
    const key = createKeyFile();
    const api = await startFakeGkeApi(key.isSigned);
    onTestFinished(() => api.close());
    const dir = mkdtempSync(join(tmpdir(), 'guard-key-'));
    onTestFinished(() => rmSync(dir, { recursive: true }));
    writeFileSync(join(dir, 'key.json'), key.json);
    vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', join(dir, 'key.json'));
    vi.stubEnv('METADATA_SERVER_DETECTION', 'none');
    const asked = { names: NAMED, endpoint: api.url };
    expect((await read(asked)).httpLoadBalancing).toMatchObject({ value: 'enabled' });
    api.answerWith(() => googleError(403, 'Required "container.clusters.get" permission(s).'));
    expect((await failure(read(asked))).hint).toContain(
      `--member=serviceAccount:guard@${PROJECT}.iam.gserviceaccount.com`,
    );
  });

  it('is asked about what flags name, part by part, before what the metadata server says', async () => {
    await onGke(TOKEN, { ...METADATA, 'instance/attributes/cluster-location': 'wrong' });
    expect((await read({ names: { ...UNNAMED, location: LOCATION } })).cluster).toEqual(NAMED);
  });

  it('takes no name from an answer that is not the metadata server of Google', async () => {
    const portal = await closing(startCaptivePortal());
    vi.stubEnv('GCE_METADATA_HOST', portal.host);
    expect(await failure(read())).toMatchObject({
      kind: 'no-names',
      message: 'which cluster this is, is not known: no project, location, cluster name',
      hint: expect.stringContaining('--gke-project, --gke-location, --gke-cluster'),
    });
  });

  it('is not asked where a name is missing, and the flag is named', async () => {
    const { 'instance/attributes/cluster-location': _none, ...others } = METADATA;
    await onGke(TOKEN, others);
    expect(await failure(read())).toMatchObject({
      kind: 'no-names',
      message: 'which cluster this is, is not known: no location',
      hint: expect.stringContaining('elsewhere give --gke-location,'),
    });
    expect(google.requests).toEqual([]);
  });

  it('is not asked without credentials, and is once the metadata server has come up', async () => {
    const gone = await startFakeMetadata(TOKEN);
    await gone.close();
    vi.stubEnv('GCE_METADATA_HOST', gone.host);
    const api = createGkeApi({ endpoint: google.url, names: NAMED });
    expect(await failure(api.read())).toMatchObject({
      kind: 'no-credentials',
      hint: expect.stringContaining('Workload Identity'),
    });
    await onGke();
    expect((await api.read()).cluster).toEqual(NAMED);
  });

  it('is tried with a new token after it refused one', async () => {
    await onGke('an-old-token');
    const api = createGkeApi({ endpoint: google.url, names: UNNAMED });
    expect(await failure(api.read())).toMatchObject({
      kind: 'unauthorized',
      message: 'it answered 401: Request had invalid authentication credentials.',
      hint: expect.stringContaining('Workload Identity'),
    });
    await onGke();
    expect((await api.read()).cluster).toEqual(NAMED);
  });

  it('says which names were tried where there is no such cluster, and which flag changes each', async () => {
    await onGke();
    const error = await failure(read({ names: { ...UNNAMED, name: 'stage' } }));
    expect(error).toMatchObject({ kind: 'not-found', hint: expect.stringMatching(/"my-project" \(--gke-project /) });
    expect(error.hint).toMatch(/location "asia-northeast1" \(--gke-location.*cluster "stage" \(--gke-cluster\)/);
  });
});

describe('a refusal for a right', () => {
  it('tells the command that grants it to the Kubernetes ServiceAccount', async () => {
    await onGke();
    google.answerWith(() => googleError(403, 'Required "container.clusters.get" permission(s).'));
    const error = await failure(read({ namespace: 'guard' }));
    expect([error.kind, error.hint]).toEqual([
      'forbidden',
      'It needs the permission container.clusters.get. Run gcloud projects add-iam-policy-binding my-project --role=roles/container.clusterViewer --member=principal://iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools/my-project.svc.id.goog/subject/ns/guard/sa/gke-ingress-guard --condition=None',
    ]);
  });

  it('tells the command for the Google service account where Workload Identity has one', async () => {
    const email = 'guard@my-project.iam.gserviceaccount.com';
    await onGke(TOKEN, { ...METADATA, 'instance/service-accounts/default/email': email });
    google.answerWith(() => googleError(403, 'no'));
    expect((await failure(read())).hint).toContain(`--member=serviceAccount:${email}`);
  });

  it('has placeholders for what is not known', async () => {
    const { 'project/numeric-project-id': _none, ...others } = METADATA;
    await onGke(TOKEN, others);
    google.answerWith(() => googleError(403, 'no'));
    expect((await failure(read())).hint).toContain('/projects/PROJECT_NUMBER/');
  });

  it('is another matter where the API is not enabled, or the token lacks its scope', async () => {
    await onGke();
    google.answerWith(() => googleError(403, 'has not been used', 'SERVICE_DISABLED'));
    expect((await failure(read())).hint).toContain('gcloud services enable container.googleapis.com');
    google.answerWith(() => googleError(403, 'scopes', 'ACCESS_TOKEN_SCOPE_INSUFFICIENT'));
    expect((await failure(read())).hint).toContain('auth/cloud-platform');
  });
});

describe('an answer that is no description', () => {
  it.each<[string, Reply, string]>([
    ['HTML', { body: '<html>sign in</html>' }, 'its answer is not JSON'],
    ['nothing', { body: '' }, 'its answer is not JSON'],
    ['JSON that is cut off', { body: '{"name": "pro' }, 'its answer is not JSON'],
    ['a list', { body: [clusterDescription()] }, 'its answer is no description of a cluster: it is a list, '],
    ['another resource', { body: { name: 'operation-1', zone: LOCATION } }, 'it has no "currentMasterVersion"'],
    ['huge', { body: { ...clusterDescription(), description: 'x'.repeat(9 * 1024 * 1024) } }, 'larger than 8 MiB'],
  ])('is an error and gives no facts: %s', async (_what, reply, message) => {
    await onGke();
    google.answerWith(() => reply);
    const error = await failure(read());
    expect(error).toMatchObject({ kind: 'malformed', message: expect.stringContaining(message) });
    expect(error.hint).toContain(`--gke-endpoint (${google.url})`);
  });

  it.each([
    [429, 'throttled', 'Quota exceeded'],
    [500, 'server-error', 'Internal error'],
    [503, 'server-error', 'The service is unavailable'],
    [400, 'refused', 'Bad request'],
  ])('is an error where the status is %i', async (status, kind, message) => {
    await onGke();
    google.answerWith(() => ({ ...googleError(status, message), headers: { 'retry-after': '7' } }));
    expect(await failure(read())).toMatchObject({
      kind,
      message: `it answered ${status}: ${message}`,
      retryAfterSeconds: 7,
    });
  });

  it('is an error where it does not come in time, or breaks off', async () => {
    await onGke();
    google.answerWith(() => 'never');
    expect(await failure(read({ timeoutMs: 500 }))).toMatchObject({
      kind: 'unreachable',
      message: 'it did not answer within 0.5 s',
    });
    google.answerWith(({ socket }) => {
      socket.destroy();
      return 'never';
    });
    expect(await failure(read())).toMatchObject({ kind: 'unreachable' });
  });

  it('is a redirect, for the token is not to be sent elsewhere', async () => {
    await onGke();
    const elsewhere = await closing(startCaptivePortal());
    google.answerWith(() => ({ status: 302, headers: { location: elsewhere.url }, body: '' }));
    expect(await failure(read())).toMatchObject({ kind: 'unreachable' });
    expect(elsewhere.requests).toEqual([]);
  });
});
