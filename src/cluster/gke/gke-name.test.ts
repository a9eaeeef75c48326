import { expect, it } from 'vitest';
import { parseGkeName } from './gke-name.ts';

it('knows the cluster of a context that gcloud wrote', () => {
  expect(parseGkeName('gke_my-project_asia-northeast1_prod')).toEqual({
    project: 'my-project',
    location: 'asia-northeast1',
    name: 'prod',
  });
  expect(parseGkeName('gke_example.com:p_europe-west1-b_dev').project).toBe('example.com:p');
  for (const other of [undefined, 'kind-kind', 'gke_a_b', 'gke_a_b_c_d']) {
    expect(parseGkeName(other)).toEqual({ project: undefined, location: undefined, name: undefined });
  }
});
