import { expect, test } from 'vitest';
import { parsed } from '../../test/support/corridor.ts';
import { deployment } from '../../test/support/objects.ts';
import type { Workload } from '../kubernetes/objects.ts';
import type { AppAnswer, AppCatalogue } from '../plan/app.ts';
import { emptySnapshot } from '../snapshot/snapshot.ts';
import { AskedOnce } from './asked-once.ts';

const workload = parsed(deployment({ name: 'web' })) as Workload;
const [container] = workload.containers;
const snapshot = emptySnapshot();

function counting(answer: AppAnswer | undefined): { readonly apps: AppCatalogue; readonly asked: string[] } {
  const asked: string[] = [];
  const apps: AppCatalogue = {
    healthyRequestsOf: () => [],
    answerOf: ({ containers }, _container, { port, host = '', path }) => {
      asked.push(`${containers.length} ${port} ${host} ${path}`);
      return answer;
    },
  };
  return { apps, asked };
}

test('the same question is asked once, whatever the answer, and another one again', () => {
  const { apps, asked } = counting(undefined);
  const once = AskedOnce.of(apps);
  if (container === undefined) throw new Error('The workload has no container.');
  for (const path of ['/', '/', '/healthz'])
    expect(once.answerOf(workload, container, { port: 80, path }, snapshot)).toBe(undefined);
  once.answerOf(workload, container, { port: 80, path: '/', host: 'example.com' }, snapshot);
  once.answerOf(workload, container, { port: 80, path: '/', protocol: 'HTTPS' }, snapshot);
  expect(asked).toEqual(['1 80  /', '1 80  /healthz', '1 80 example.com /', '1 80  /']);
});

test('a container of a workload that was changed is asked again', () => {
  const { apps, asked } = counting(undefined);
  const once = AskedOnce.of(apps);
  if (container === undefined) throw new Error('The workload has no container.');
  const doubled = { ...workload, containers: [container, container] };
  for (const one of [workload, doubled]) once.answerOf(one, container, { port: 80, path: '/' }, snapshot);
  expect(asked).toEqual(['1 80  /', '2 80  /']);
});

test('what is asked once is not wrapped again, so that two judges of one admission ask together', () => {
  const once = AskedOnce.of(counting(undefined).apps);
  expect(AskedOnce.of(once)).toBe(once);
});
