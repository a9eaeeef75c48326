import { describe, expect, it } from 'vitest';
import { AppError } from '../../errors.ts';
import { ApiError, type ClusterConnection } from './connection.ts';
import { inParallel, Reader } from './reader.ts';

/** Answers with these, one after the other. */
function connectionOf(
  ...answers: readonly (object | ApiError)[]
): ClusterConnection & { readonly asked: () => number } {
  let asked = 0;
  return {
    server: 'https://192.0.2.1',
    context: 'test',
    namespace: 'shop',
    clusterName: undefined,
    request: async () => {
      const answer = answers[asked];
      asked += 1;
      if (answer instanceof ApiError) throw answer;
      return answer;
    },
    forward: () => Promise.reject(new Error('not asked for')),
    open: () => Promise.reject(new Error('nobody streams here')),
    renewCredentials: () => undefined,
    close: () => undefined,
    asked: () => asked,
  };
}

const refusal = (status: number): ApiError => new ApiError(`it answered ${status}`, { status, retryAfterSeconds: 0 });

describe('Reader', () => {
  it.each([429, 410, 503])('asks again after %i, for that passes', async (status) => {
    const connection = connectionOf(refusal(status), refusal(status), { a: 1 });
    expect(await new Reader(connection).get('/x')).toEqual({ a: 1 });
    expect(connection.asked()).toBe(3);
  });

  it('gives up after three times, and says who did not answer', async () => {
    const connection = connectionOf(refusal(503), refusal(503), refusal(503), { a: 1 });
    await expect(new Reader(connection).get('/x')).rejects.toMatchObject({
      code: 'cluster-unreachable',
      detail: 'https://192.0.2.1 of context "test" answers 503: it answered 503.',
    });
    expect(connection.asked()).toBe(3);
  });

  it('takes 404 for an object that is not there, and leaves 403 to whoever asks', async () => {
    expect(await new Reader(connectionOf(refusal(404))).get('/x')).toBeUndefined();
    expect(await new Reader(connectionOf(refusal(404))).getIfAllowed('/x')).toEqual({ object: undefined });
    expect(await new Reader(connectionOf(refusal(403))).getIfAllowed('/x')).toBeUndefined();
    await expect(new Reader(connectionOf(refusal(403))).get('/x')).rejects.toMatchObject({ status: 403 });
  });

  it('does not ask twice where there is no answer, or the credentials are refused', async () => {
    for (const error of [new ApiError('connect ECONNREFUSED'), refusal(401)]) {
      const connection = connectionOf(error, { a: 1 });
      await expect(new Reader(connection).get('/x')).rejects.toBeInstanceOf(AppError);
      expect(connection.asked()).toBe(1);
    }
  });
});

it('runs a few at once, each once, and begins nothing after a failure', async () => {
  const items = Array.from({ length: 50 }, (_, index) => index);
  let running = 0;
  let most = 0;
  const seen: number[] = [];
  await inParallel(items, async (item) => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setImmediate(resolve));
    seen.push(item);
    running -= 1;
  });
  expect([seen.toSorted((a, b) => a - b), most]).toEqual([items, 6]);
  const begun: number[] = [];
  const failing = inParallel(items, async (item) => {
    begun.push(item);
    await new Promise((resolve) => setImmediate(resolve));
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect(begun).toHaveLength(6);
});
