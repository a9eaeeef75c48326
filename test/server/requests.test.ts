// HTTP that is no review: paths, methods, headers, encodings. Every answer is JSON of the error table.
import { gzipSync } from 'node:zlib';
import supertest from 'supertest';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ERRORS } from '../../src/errors.ts';
import { ADD_ON_ON } from '../support/facts.ts';
import { service } from '../support/objects.ts';
import { exchangeRaw } from '../support/raw-http.ts';
import { reviewOf } from '../support/reviews.ts';
import { errorAnswer, expectTyped, samplesOf, startTestServer, type TestServer } from './support.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ facts: ADD_ON_ON });
});
afterAll(() => server.close());

const JSON_TYPE = { 'content-type': 'application/json' };
const WEBHOOKS = ['mutate', 'validate'] as const;

it('answers 405 and the method that it takes to every other method', async () => {
  for (const webhook of WEBHOOKS) {
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'HEAD']) {
      const answer = await server.send(`/${webhook}`, { method });
      expect(answer.status).toBe(405);
      expect(answer.headers['allow']).toBe('POST');
      if (method === 'HEAD') expect(answer.text).toBe('');
      else expect(expectTyped(answer)).toEqual(errorAnswer('method-not-allowed', `It is ${method}.`));
    }
  }
});

it('answers 404 to unknown paths, undecodable and traversing ones among them', async () => {
  const paths = [
    '/',
    '/%',
    '/mutate/%',
    '/validate/x',
    '/%2e%2e/mutate',
    '/../mutate',
    '//mutate',
    '/mutat',
    '/livez',
    '/?timeout=1s',
  ];
  for (const path of paths) {
    for (const method of ['GET', 'POST', 'OPTIONS']) {
      const answer = await server.send(path, {
        method,
        headers: JSON_TYPE,
        ...(method === 'POST' ? { body: '{}' } : {}),
      });
      expect(expectTyped(answer), `${method} ${path}`).toEqual(errorAnswer('not-found'));
    }
  }
});

it('gives supertest the same answers', async () => {
  const answer = await supertest(server.url).get('/nothing');
  expect(answer.status).toBe(404);
  expect(answer.body).toEqual(errorAnswer('not-found'));
});

it('answers 400 to a request target that is no path', async () => {
  for (const target of ['http://[', 'http://a b', 'x', '*', 'http://%%%/mutate']) {
    const { status, text, headers } = await exchangeRaw(
      server.port,
      `POST ${target} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
    );
    if (text === '') {
      expect(status, target).toBe(400);
    } else {
      expectTyped({ status, text, headers });
      expect([400, 404], target).toContain(status);
    }
  }
});

it('wants JSON: other content types, and none, are answered 415', async () => {
  const review = JSON.stringify(reviewOf(service()));
  const types = [
    'text/plain',
    'application/xml',
    'application/yaml',
    'application/json-patch+json',
    'application/x-www-form-urlencoded',
    'json',
    ';',
    'text/json',
  ];
  for (const type of types) {
    const answer = await server.send('/validate', { headers: { 'content-type': type }, body: review });
    expect(expectTyped(answer)).toEqual(errorAnswer('content-type-unsupported', `It is ${type}.`));
  }
  const none = await server.send('/validate', { body: review });
  expect(expectTyped(none)).toEqual(errorAnswer('content-type-unsupported', 'There is none.'));
});

it('takes application/json however it is written, with any charset, for the bytes decide', async () => {
  const types = [
    'application/json',
    'Application/JSON',
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"',
    'application/json ; v=1',
    'application/json; charset=iso-8859-1',
  ];
  for (const type of types) {
    const answer = await server.send('/validate', {
      headers: { 'content-type': type },
      body: JSON.stringify(reviewOf(service(), { uid: 'u' })),
    });
    expect(expectTyped(answer)).toMatchObject({ response: { uid: 'u', allowed: true } });
  }
});

it('refuses content encodings', async () => {
  const body = gzipSync(JSON.stringify(reviewOf(service())));
  for (const encoding of ['gzip', 'br', 'deflate', 'gzip, identity']) {
    const answer = await server.send('/mutate', { headers: { ...JSON_TYPE, 'content-encoding': encoding }, body });
    expect(expectTyped(answer)).toEqual(
      errorAnswer('content-type-unsupported', `The content encoding is ${encoding}.`),
    );
  }
  const plain = await server.send('/mutate', {
    headers: { ...JSON_TYPE, 'content-encoding': 'identity' },
    body: JSON.stringify(reviewOf(service(), { uid: 'u' })),
  });
  expect(expectTyped(plain)).toMatchObject({ response: { uid: 'u', allowed: true } });
});

it('honours whatever timeout it can read and ignores the rest', async () => {
  const queries = [
    '',
    '?timeout',
    '?timeout=',
    '?timeout=10s',
    '?timeout=1m30s',
    '?timeout=500ms',
    '?timeout=2.5s',
    '?timeout=-1s',
    '?timeout=0s',
    '?timeout=abc',
    '?timeout=10',
    '?timeout=99999999999999999999h',
    '?timeout=10s&timeout=1s',
    '?timeout[]=1s',
    '?timeout[a]=1s',
    '?__proto__[timeout]=1s',
    '?timeout=%',
    '?timeout=%ff',
    '?%',
    `?timeout=${'9'.repeat(5000)}`,
    '?dryRun=All&x=1',
  ];
  for (const query of queries) {
    const answer = await server.send(`/validate${query}`, {
      headers: JSON_TYPE,
      body: JSON.stringify(reviewOf(service(), { uid: 'u' })),
    });
    expect(expectTyped(answer), query).toMatchObject({ response: { uid: 'u', allowed: true } });
  }
});

it('counts each rejected request by its reason and logs the path, never the query', async () => {
  const own = await startTestServer();
  await own.send('/nothing?token=s3cr3t', { method: 'GET' });
  await own.send('/mutate', { method: 'GET' });
  await own.send('/mutate', { body: 'x' });
  expect(await samplesOf(own.metrics, 'guard_rejected_requests_total')).toEqual([
    'guard_rejected_requests_total{reason="not-found"} 1',
    'guard_rejected_requests_total{reason="method-not-allowed"} 1',
    'guard_rejected_requests_total{reason="content-type-unsupported"} 1',
  ]);
  expect(own.entries().map(({ msg, code, method, path }) => ({ msg, code, method, path }))).toEqual([
    { msg: 'rejected a request', code: 'not-found', method: 'GET', path: '/nothing' },
    { msg: 'rejected a request', code: 'method-not-allowed', method: 'GET', path: '/mutate' },
    { msg: 'rejected a request', code: 'content-type-unsupported', method: 'POST', path: '/mutate' },
  ]);
  expect(own.lines.join('')).not.toContain('s3cr3t');
  await own.close();
});

it('says in each error what to do about it', () => {
  for (const { message, howToFix } of Object.values(ERRORS)) {
    expect(message).toMatch(/^[A-Z].*\.$/);
    expect(howToFix).toMatch(/^[A-Z].*\.$/);
  }
});
