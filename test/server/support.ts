// The webhook's app on a loopback socket with the real policy and rules, and one check that every answer must pass.
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { expect } from 'vitest';
import { ERRORS } from '../../src/errors.ts';
import { type Facts, NO_FACTS } from '../../src/facts/facts.ts';
import { loadPolicy } from '../../src/policy/load.ts';
import { RULES } from '../../src/rules/index.ts';
import { type App, type AppDependencies, createApp } from '../../src/server/app.ts';
import { createBodyBudget } from '../../src/server/body-budget.ts';
import { createMetrics, type Metrics } from '../../src/server/metrics.ts';
import { type RunningServer, type ServerOptions, startServer } from '../../src/server/server.ts';
import { type KeyPair, parseKeyPair } from '../../src/server/tls.ts';
import { createTurns, threadCpuMs } from '../../src/server/turns.ts';
import { emptySnapshot } from '../../src/snapshot/snapshot.ts';
import type { Corridor } from '../../src/verdict/corridor.ts';
import { createAuthority } from '../support/certificates.ts';
import type { HttpAnswer } from '../support/reviews.ts';

const NOW = Date.parse('2026-11-01T12:01:00Z');

const SHIPPED = loadPolicy(
  undefined,
  RULES.map(({ id }) => id),
);

/** What `serve` builds: all rules, the shipped policy, no object of the cluster. */
export function servingCorridor(facts: Facts = NO_FACTS): Corridor {
  return { rules: RULES, ...SHIPPED, facts, snapshot: emptySnapshot(), today: '2026-06-15' };
}

type LogEntry = Readonly<Record<string, unknown>>;

export interface Recorded extends Pick<AppDependencies, 'logger' | 'metrics'> {
  readonly metrics: Metrics;
  /** Lines as written, each one JSON object. */
  readonly lines: readonly string[];
  entries(): readonly LogEntry[];
}

export function record(facts: Facts = NO_FACTS): Recorded {
  const lines: string[] = [];
  const logger = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) });
  const metrics = createMetrics({ facts: () => facts, snapshot: () => [], clock: () => NOW });
  return { logger, metrics, lines, entries: () => lines.map((line) => JSON.parse(line)) };
}

interface Outgoing {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Several are sent chunked, without a content length. */
  readonly body?: string | Buffer | readonly (string | Buffer)[];
}

export interface TestServer extends Recorded {
  readonly url: string;
  readonly port: number;
  send(path: string, outgoing?: Outgoing): Promise<HttpAnswer>;
  /** POSTs a body as JSON. */
  post(path: string, body: unknown): Promise<HttpAnswer>;
  close(): Promise<void>;
}

type AppChanges = Partial<AppDependencies> & { readonly facts?: Facts };

export function createTestApp({ facts = NO_FACTS, ...dependencies }: AppChanges = {}): Recorded & App {
  const recorded = record(facts);
  let ticks = 0;
  const app = createApp({
    corridor: () => servingCorridor(facts),
    logger: recorded.logger,
    metrics: recorded.metrics,
    clock: () => {
      ticks += 1.5;
      return ticks;
    },
    isDraining: () => false,
    budget: createBodyBudget(),
    unreadMs: () => 0,
    turns: createTurns({ clock: () => performance.now(), cpu: threadCpuMs }),
    ...dependencies,
  });
  return { ...recorded, ...app };
}

export async function startTestServer(changes: AppChanges = {}): Promise<TestServer> {
  const { listener, messages, ...recorded } = createTestApp(changes);
  const server = createServer(messages, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const send = (path: string, { method = 'POST', headers = {}, body }: Outgoing = {}): Promise<HttpAnswer> =>
    new Promise((resolve, reject) => {
      const outgoing = request({ host: '127.0.0.1', port, method, path, agent, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
        });
      });
      outgoing.on('error', reject);
      if (typeof body === 'string' || Buffer.isBuffer(body) || body === undefined) {
        outgoing.end(body);
      } else {
        for (const chunk of body) outgoing.write(chunk);
        outgoing.end();
      }
    });
  return {
    ...recorded,
    url: `http://127.0.0.1:${port}`,
    port,
    send,
    post: (path, body) => {
      const sent = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
      return send(path, { headers: { 'content-type': 'application/json' }, body: sent });
    },
    close: () => {
      agent.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

interface AnyAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** An AdmissionReview with a uid, or an error of the table with its status; never HTML, a stack trace or a 5xx. */
export function expectTyped({ status, headers, text }: AnyAnswer): Readonly<Record<string, never>> {
  expect(headers['content-type']).toBe('application/json');
  expect(text).not.toMatch(/<html|<!doctype|\\n {4}at |node_modules/i);
  const body = JSON.parse(text);
  if (status === 200) {
    expect(Object.keys(body)).toEqual(['apiVersion', 'kind', 'response']);
    expect(body.kind).toBe('AdmissionReview');
    expect(body.apiVersion).toMatch(/^admission\.k8s\.io\/./);
    expect(body.response.uid).toMatch(/./s);
    expect(typeof body.response.allowed).toBe('boolean');
    if (!body.response.allowed) expect(body.response.status).toMatchObject({ code: 403, reason: 'Forbidden' });
    return body;
  }
  const entry = Object.entries(ERRORS).find(([code]) => code === body.error.code)?.[1];
  const { message } = body.error;
  expect(body).toEqual({
    kind: 'Status',
    apiVersion: 'v1',
    status: 'Failure',
    code: status,
    message: `${message} ${entry?.howToFix} [${body.error.code}]`,
    error: { code: body.error.code, message: expect.any(String), howToFix: entry?.howToFix },
  });
  expect(status).toBe(entry?.status);
  expect(body.error.message.startsWith(entry?.message)).toBe(true);
  return body;
}

/** The answer to a request that is refused before there is a review. */
export function errorAnswer(code: keyof typeof ERRORS, detail = ''): unknown {
  const { status, message, howToFix } = ERRORS[code];
  const said = detail === '' ? message : `${message} ${detail}`;
  return {
    kind: 'Status',
    apiVersion: 'v1',
    status: 'Failure',
    code: status,
    message: `${said} ${howToFix} [${code}]`,
    error: { code, message: said, howToFix },
  };
}

/** The answer to a review that can be answered but not judged. */
export function refusedReview(
  uid: string,
  code: keyof typeof ERRORS,
  detail = '',
  apiVersion = 'admission.k8s.io/v1',
): unknown {
  const { message, howToFix } = ERRORS[code];
  const words = [message, detail, howToFix].filter((part) => part !== '').join(' ');
  const status = { code: 403, reason: 'Forbidden', message: `${words} [${code}]` };
  return { apiVersion, kind: 'AdmissionReview', response: { uid, allowed: false, status } };
}

/** The lines of one metric, as Prometheus reads them. */
export async function samplesOf({ registry }: Metrics, name: string): Promise<readonly string[]> {
  const text = await registry.getSingleMetricAsString(name);
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

/** Runs the tasks a few at a time: fast, and without hundreds of sockets. */
export async function inBatches<T>(items: readonly T[], task: (item: T) => Promise<void>, size = 8): Promise<void> {
  for (let start = 0; start < items.length; start += size)
    await Promise.all(items.slice(start, start + size).map(task));
}

const DEEP = 20_000;

export function deepObject(depth = DEEP): string {
  return `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
}

export function deepArray(): string {
  return '['.repeat(DEEP) + ']'.repeat(DEEP);
}

export interface HttpsGuard extends Recorded {
  readonly server: RunningServer;
  readonly port: number;
  readonly healthPort: number;
  /** PEM of the authority that signed the serving certificate. */
  readonly caPem: string;
  readonly keyPair: KeyPair;
}

/** Both listeners of the guard in this process, with a throw-away certificate. */
export async function startHttpsGuard(
  changes: Partial<ServerOptions> & { readonly facts?: Facts } = {},
): Promise<HttpsGuard> {
  const { facts = NO_FACTS, ...options } = changes;
  const authority = await createAuthority('gke-ingress-guard throw-away CA');
  const { certPem, keyPem } = await authority.issue({
    commonName: 'localhost',
    dnsNames: ['localhost'],
    ipAddresses: ['127.0.0.1'],
  });
  const keyPair = parseKeyPair(certPem, keyPem, 'a test');
  const recorded = record(facts);
  const server = await startServer({
    webhook: { host: '127.0.0.1', port: 0 },
    health: { host: '127.0.0.1', port: 0 },
    keyPair,
    tlsMinVersion: '1.2',
    corridor: () => servingCorridor(facts),
    logger: recorded.logger,
    metrics: recorded.metrics,
    ...options,
  });
  return {
    ...recorded,
    server,
    port: server.webhook.port,
    healthPort: server.health.port,
    caPem: authority.certPem,
    keyPair,
  };
}

/** Waits for a condition; the deadline is far beyond what it takes. */
export async function until(
  what: string,
  isTrue: () => boolean | Promise<boolean>,
  deadlineMs = 15_000,
): Promise<void> {
  const end = Date.now() + deadlineMs;
  while (!(await isTrue())) {
    if (Date.now() > end) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
