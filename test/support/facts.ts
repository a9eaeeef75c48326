// Facts as a test wants them: what it names is known from a file, the rest is unknown.

import type { Facts } from '../../src/facts/facts.ts';
import { parseFactsFile } from '../../src/facts/facts-file.ts';

export const LEARNT_AT = Date.parse('2026-11-01T12:00:00Z');

export function factsOf(fields: Readonly<Record<string, unknown>> = {}): Facts {
  const file = { apiVersion: 'gke-ingress-guard.dev/v1', kind: 'ClusterFacts', ...fields };
  return parseFactsFile(JSON.stringify(file), 'facts.yaml', LEARNT_AT);
}

const CLUSTER = { project: 'my-project', location: 'asia-northeast1', name: 'prod' };

export const ADD_ON_OFF = factsOf({ cluster: CLUSTER, httpLoadBalancing: 'disabled', vpcNative: true });
export const ADD_ON_ON = factsOf({ cluster: CLUSTER, httpLoadBalancing: 'enabled', vpcNative: true });
