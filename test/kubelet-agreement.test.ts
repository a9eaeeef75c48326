// What a finding says Kubernetes shows of a Pod is what the kubelet does: real servers are asked as Google and as the kubelet ask
// (kubernetes/kubernetes pkg/probe/http, 1.37), and the rules speak of what was heard.
import { once } from 'node:events';
import { createServer as createHttp, type RequestListener } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, connect, createServer as createTcp, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AskedTarget } from '../src/asked/asked.ts';
import { withAsked } from '../src/asked/asked-apps.ts';
import { type PodQuestions, questionsOf, type RunningPod, targetsAlone } from '../src/asked/targets.ts';
import { askAsGoogle, askAsKubelet } from '../src/cluster/asking/ask-pod.ts';
import { type Dial, DialError } from '../src/cluster/asking/dial.ts';
import { NO_FACTS } from '../src/facts/facts.ts';
import { createJudge } from '../src/judge/judge.ts';
import { prepareRules } from '../src/judge/prepared-rules.ts';
import type { Workload } from '../src/kubernetes/objects.ts';
import { settingsAsStored } from '../src/plan/plan-input.ts';
import { healthCheckNotOk } from '../src/rules/health-check-not-ok.ts';
import { probeRedirectsToHttps } from '../src/rules/probe-redirects-to-https.ts';
import { createSnapshot } from '../src/snapshot/snapshot.ts';
import { type Certificate, createAuthority } from './support/certificates.ts';
import { EXEMPTIONS, parsed } from './support/corridor.ts';
import { fakeApps } from './support/fake-apps.ts';
import { deployment, ingress, type RawObject, service } from './support/objects.ts';

const POD = '10.0.0.5';
let certificate: Certificate;
const servers: Server[] = [];
const sockets = new Set<Socket>();
beforeAll(async () => {
  certificate = await (await createAuthority('asked')).issue({ commonName: 'app' });
});
afterAll(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers) server.close();
});

async function listen(server: Server): Promise<number> {
  servers.push(server);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** Plain HTTP, and where `withTls` TLS on the same port: what begins like a TLS record is TLS (cmux, as Argo CD has it). */
async function app(listener: RequestListener, withTls: boolean): Promise<number> {
  const plain = await listen(createHttp(listener));
  if (!withTls) return plain;
  const pair = { cert: certificate.certPem, key: certificate.keyPem };
  const secure = await listen(createHttps(pair, (_request, response) => response.end('ok')));
  return listen(
    createTcp((socket) =>
      socket.once('data', (first) => {
        const onward = connect(first[0] === 0x16 ? secure : plain, '127.0.0.1');
        sockets.add(onward);
        onward.on('error', () => undefined);
        onward.write(first);
        socket.pipe(onward).pipe(socket);
      }),
    ),
  );
}

/** The Pod has port 8080, and no other. */
function dialTo(port: number): Dial {
  return async (wanted) => {
    if (wanted !== 8080) throw new DialError('refused', '');
    const socket = connect(port, '127.0.0.1');
    sockets.add(socket);
    await once(socket, 'connect');
    return socket;
  };
}

const toHttps: RequestListener = ({ headers, url }, response) =>
  response.writeHead(301, { location: `https://${headers.host}${url}` }).end();
const redirectTo =
  (location: string): RequestListener =>
  ({ url }, response) =>
    url === '/healthz' ? response.writeHead(302, { location }).end() : response.end('ok');
const answers =
  (status: number): RequestListener =>
  (_request, response) =>
    response.writeHead(status).end();
const get = (more: RawObject = {}): RawObject => ({ httpGet: { path: '/healthz', port: 8080, ...more } });
const header = (name: string, value: string): RawObject => get({ httpHeaders: [{ name, value }] });
const unlessForwarded: RequestListener = (request, response) =>
  request.headers['x-forwarded-proto'] === 'https' ? response.end('ok') : toHttps(request, response);

interface Case {
  readonly app: RequestListener;
  readonly withTls?: boolean;
  readonly probe: RawObject;
  /** What the kubelet makes of it; undefined where it asks for no page. */
  readonly kubelet: 'success' | 'warning' | 'failure' | undefined;
  readonly says: string;
}

const CASES: Readonly<Record<string, Case>> = {
  'the same port speaks TLS': {
    app: toHttps,
    withTls: true,
    probe: get(),
    kubelet: 'success',
    says: 'the kubelet follows the redirect, and the same port speaks TLS.',
  },
  'a redirect to another host': {
    app: redirectTo('https://shop.example.com/'),
    probe: get(),
    kubelet: 'warning',
    says: 'to the kubelet a redirect to another host is a Warning (ProbeWarning), and a success.',
  },
  'a Host header in the probe': {
    app: toHttps,
    probe: header('Host', 'shop.example.com'),
    kubelet: 'warning',
    says: 'to the kubelet a redirect to another host is a Warning (ProbeWarning), and a success.',
  },
  'X-Forwarded-Proto in the probe': {
    app: unlessForwarded,
    probe: { httpGet: { path: '/', port: 8080, httpHeaders: [{ name: 'X-Forwarded-Proto', value: 'https' }] } },
    kubelet: 'success',
    says: 'its probe sends X-Forwarded-Proto: https, which Google does not.',
  },
  // With such a header the controller adopts no probe, and Google asks "/".
  'X-Forwarded-Proto in a probe of another path': {
    app: unlessForwarded,
    probe: header('X-Forwarded-Proto', 'https'),
    kubelet: 'success',
    says: 'HTTP GET /healthz on port 8080 with X-Forwarded-Proto: https, which Google does not send.',
  },
  'a tcp probe': {
    app: answers(404),
    probe: { tcpSocket: { port: 8080 } },
    kubelet: undefined,
    says: 'its readiness probe (tcpSocket) asks for no page.',
  },
  'an exec probe': {
    app: answers(404),
    probe: { exec: { command: ['true'] } },
    kubelet: undefined,
    says: 'its readiness probe (exec) asks for no page.',
  },
  'a gRPC probe': {
    app: answers(404),
    probe: { grpc: { port: 8080 } },
    kubelet: undefined,
    says: 'its readiness probe (grpc) asks for no page.',
  },
  'a redirect to another page': {
    app: redirectTo('/login'),
    probe: get(),
    kubelet: 'success',
    says: 'the kubelet follows redirects on the same host.',
  },
  204: { app: answers(204), probe: get(), kubelet: 'success', says: 'the kubelet takes 204, as all from 200 to 399.' },
  'https://$host, and no TLS on that port': {
    app: toHttps,
    probe: get(),
    kubelet: 'failure',
    says: "the kubelet follows to HTTPS on the Pod's address, and unless TLS answers there the Pod is never Ready.",
  },
  404: {
    app: answers(404),
    probe: get(),
    kubelet: 'failure',
    says: 'the readiness probe gets the same, and the Pod is never Ready.',
  },
};

it.each(Object.entries(CASES))(
  'says what the kubelet does: %s',
  async (_, { app: listener, withTls = false, ...given }) => {
    const dial = dialTo(await app(listener, withTls));
    const workload = parsed(deployment({ container: { readinessProbe: given.probe } })) as Workload;
    const pod = podOf(workload);
    const { target, questions } = askedOf(workload, pod);
    const heard = await askAsGoogle(dial, questions.google);
    const kubelet = questions.kubelet.asks ? await askAsKubelet(dial, POD, questions.kubelet.question) : undefined;
    expect(kubelet?.result).toBe(given.kubelet);
    const asked = [{ pod, questions, google: [heard, heard] as const, kubelet, instead: undefined }];
    const report: AskedTarget = { backend: undefined, target, asked, passed: [], leftOut: 0 };
    const [note] = notesOf(workload, report);
    expect(note).toContain(given.says);
    expect(note).toMatch(
      given.kubelet === 'failure' ? /^Kubernetes shows it too: / : /^Kubernetes (calls|may call) the Pod Ready/,
    );
  },
);

function podOf(workload: Workload): RunningPod {
  const object = { ...workload, kind: 'Pod', metadata: { ...workload.metadata, name: 'web-0' } } as const;
  return { object, address: POD, phase: 'Running', isReady: true, isLeaving: false };
}

/** What the Ingress of `notesOf` makes Google ask: the probe, or "/" where there is none that asks for a page. */
function askedOf(workload: Workload, pod: RunningPod): { target: AskedTarget['target']; questions: PodQuestions } {
  const [target] = targetsAlone(workload);
  const questions = target && questionsOf(target, pod);
  if (target === undefined || questions === undefined) throw new TypeError('it has a check');
  return { target, questions };
}

function notesOf(workload: Workload, report: AskedTarget): readonly (string | undefined)[] {
  const neighbours = [ingress({ class: 'gce' }), service({ neg: '{"ingress": true}' })].map(parsed);
  const settings = {
    rules: prepareRules([probeRedirectsToHttps, healthCheckNotOk]),
    facts: NO_FACTS,
    apps: withAsked(fakeApps({}), [report], () => 'Ask elsewhere.'),
    trustsObserved: false,
    exemptions: EXEMPTIONS,
    plans: settingsAsStored(NO_FACTS),
    isExcluded: () => false,
  };
  const { findings } = createJudge(settings, createSnapshot([...neighbours, workload], 'listed')).judge(workload);
  expect(findings).toHaveLength(1);
  return findings.map(({ note }) => note);
}
