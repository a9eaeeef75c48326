// The GKE API and the metadata server over real HTTP on loopback: the answers are Google's documented ones, so that
// google-auth-library and the guard run their own code against them.
import { generateKeyPairSync, verify } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export const PROJECT = 'my-project';
export const LOCATION = 'asia-northeast1';
export const CLUSTER = 'prod';
export const CLUSTER_PATH = `/v1/projects/${PROJECT}/locations/${LOCATION}/clusters/${CLUSTER}`;

/** A description as the API gives it: what is false is left out, which is how an add-on that is on looks. */
export function clusterDescription(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    name: CLUSTER,
    location: LOCATION,
    zone: LOCATION,
    selfLink: `https://container.googleapis.com${CLUSTER_PATH}`,
    network: 'default',
    addonsConfig: {
      httpLoadBalancing: {},
      kubernetesDashboard: { disabled: true },
      networkPolicyConfig: { disabled: true },
    },
    ipAllocationPolicy: { useIpAliases: true },
    networkConfig: {
      network: `projects/${PROJECT}/global/networks/default`,
      subnetwork: `projects/${PROJECT}/regions/${LOCATION}/subnetworks/default`,
    },
    autopilot: {},
    currentMasterVersion: '1.33.4-gke.1036000',
    status: 'RUNNING',
    ...changes,
  };
}

export const ADD_ON_OFF = { addonsConfig: { httpLoadBalancing: { disabled: true } } };

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON, or a string as it is. */
  readonly body: unknown;
}

export type Handler = (request: IncomingMessage, body: string) => Reply | 'never' | Promise<Reply | 'never'>;

export interface FakeServer {
  /** Without a slash at its end. */
  readonly url: string;
  /** `host:port`, as GCE_METADATA_HOST has it. */
  readonly host: string;
  readonly requests: readonly { readonly path: string; readonly authorization: string | undefined }[];
  close(): Promise<void>;
}

async function serveFake(handler: Handler): Promise<FakeServer> {
  const requests: { path: string; authorization: string | undefined }[] = [];
  const server = createServer(async (request, response) => {
    requests.push({ path: request.url ?? '', authorization: request.headers.authorization });
    const reply = await handler(request, await text(request));
    if (reply !== 'never') answer(response, reply);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on TCP
  return {
    url: `http://127.0.0.1:${port}`,
    host: `127.0.0.1:${port}`,
    requests,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function answer(response: ServerResponse, { status = 200, headers = {}, body }: Reply): void {
  const isText = typeof body === 'string';
  response.writeHead(status, { 'content-type': isText ? 'text/html' : 'application/json', ...headers });
  response.end(isText ? body : JSON.stringify(body));
}

/** An error as Google's APIs answer it. */
export function googleError(status: number, message: string, reason?: string): Reply {
  const details =
    reason === undefined ? {} : { details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason }] };
  return { status, body: { error: { code: status, message, ...details } } };
}

export interface FakeGkeApi extends FakeServer {
  /** The cluster's path is answered so from now on. */
  answerWith(handler: Handler): void;
  describe(changes?: Readonly<Record<string, unknown>>): void;
}

/** @param takes the token that a request must bear; others get 401, and other clusters 404, as Google has it */
export async function startFakeGkeApi(takes: string | ((bearer: string) => boolean)): Promise<FakeGkeApi> {
  let current: Handler = () => ({ body: clusterDescription() });
  const server = await serveFake((request, body) => {
    const bearer = request.headers.authorization?.replace(/^Bearer /, '') ?? '';
    if (!(typeof takes === 'string' ? bearer === takes : takes(bearer))) {
      return googleError(401, 'Request had invalid authentication credentials.');
    }
    if (request.url !== CLUSTER_PATH) return googleError(404, `Not found: ${request.url?.slice('/v1/'.length)}.`);
    return current(request, body);
  });
  const answerWith = (handler: Handler): void => {
    current = handler;
  };
  return {
    ...server,
    answerWith,
    describe: (changes = {}) => answerWith(() => ({ body: clusterDescription(changes) })),
  };
}

export interface Metadata {
  readonly [key: string]: string;
}

export const METADATA: Metadata = {
  'project/project-id': PROJECT,
  'project/numeric-project-id': '123456789012',
  'instance/attributes/cluster-location': LOCATION,
  'instance/attributes/cluster-name': CLUSTER,
  'instance/service-accounts/default/email': `${PROJECT}.svc.id.goog`,
};

/** The metadata server of GKE, with Workload Identity; without `token` it has no token to give. */
export function startFakeMetadata(token: string | undefined, values: Metadata = METADATA): Promise<FakeServer> {
  const headers = { 'metadata-flavor': 'Google' };
  return serveFake(({ url = '', headers: given }) => {
    if (given['metadata-flavor'] !== 'Google') return { status: 403, headers, body: 'Missing Metadata-Flavor:Google' };
    const key = (url.split('?', 1)[0] ?? '').replace('/computeMetadata/v1/', '');
    if (key === 'instance/service-accounts/default/token' && token !== undefined) {
      return { headers, body: { access_token: token, expires_in: 3599, token_type: 'Bearer' } };
    }
    const value = key === 'instance' ? 'attributes/\n' : values[key];
    return value === undefined ? { status: 404, headers, body: 'not found' } : { headers, body: value };
  });
}

/** Something that answers on the metadata server's address and is none: no header says that it is Google's. */
export function startCaptivePortal(): Promise<FakeServer> {
  return serveFake(() => ({ body: '<html>please log in</html>' }));
}

/** A service account's key file with a key that was made a moment ago, and what takes the tokens that it signs. */
export function createKeyFile(): { readonly json: string; readonly isSigned: (bearer: string) => boolean } {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const json = JSON.stringify({
    type: 'service_account',
    project_id: PROJECT,
    private_key_id: 'key-1',
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    client_email: `guard@${PROJECT}.iam.gserviceaccount.com`,
  });
  return {
    json,
    isSigned: (bearer) => {
      const [head = '', claims = '', signature = ''] = bearer.split('.');
      return verify('sha256', Buffer.from(`${head}.${claims}`), publicKey, Buffer.from(signature, 'base64url'));
    },
  };
}

/** Takes every question and answers none. */
export function startSilentServer(): Promise<FakeServer> {
  return serveFake(() => 'never');
}
