import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { shellCommand } from '../shell-quote.ts';
import { type ClusterName, enableAddOnCommand, FACT_NAMES, isKnownToBe, NO_FACTS, UNKNOWN } from './facts.ts';

const commandFor = (cluster: ClusterName): string => shellCommand(enableAddOnCommand(cluster));

describe('the command that turns the add-on on', () => {
  it('has the names that are known', () => {
    expect(commandFor({ project: 'my-project', location: 'asia-northeast1', name: 'prod' })).toBe(
      'gcloud container clusters update prod --location=asia-northeast1 --project=my-project --update-addons=HttpLoadBalancing=ENABLED',
    );
  });

  it('leaves the project to gcloud where it is not known', () => {
    expect(commandFor({ project: undefined, location: 'europe-west1-b', name: 'dev' })).toBe(
      'gcloud container clusters update dev --location=europe-west1-b --update-addons=HttpLoadBalancing=ENABLED',
    );
  });

  it('runs nothing of what Google calls the cluster', () => {
    const name = "prod'; touch /tmp/pasted; $(id)";
    const command = commandFor({ project: undefined, location: 'x y', name });
    const { stdout } = spawnSync('sh', ['-c', `gcloud() { printf '%s\\n' "$@"; }\n${command}`], { encoding: 'utf8' });
    expect(stdout.split('\n').slice(3, 5)).toEqual([name, '--location=x y']);
  });

  it('has placeholders in capitals for the others', () => {
    expect(commandFor({ project: undefined, location: undefined, name: undefined })).toBe(
      'gcloud container clusters update NAME --location=LOCATION --update-addons=HttpLoadBalancing=ENABLED',
    );
  });
});

describe('a guard that has been told nothing', () => {
  it('knows no fact of the cluster', () => {
    expect(FACT_NAMES.map((name) => NO_FACTS[name])).toEqual(FACT_NAMES.map(() => ({ known: false })));
  });

  it('assumes the flags of the open-source controller, and says that they are assumed', () => {
    const assumed = <T>(value: T): { readonly value: T; readonly isGiven: false } => ({ value, isGiven: false });
    expect(NO_FACTS.controller).toEqual({
      ingressClass: assumed(''),
      enableIngressGlobalExternal: assumed(true),
      enableIngressRegionalExternal: assumed(false),
      enableTransparentHealthChecks: assumed(false),
      enableTrafficScaling: assumed(false),
      enableIpv6OnlyNeg: assumed(false),
      defaultBackendService: assumed('kube-system/default-http-backend'),
    });
  });
});

describe('isKnownToBe', () => {
  it('takes what is unknown for neither yes nor no', () => {
    const yes = { known: true, value: true, source: 'gke-api', learntAtMs: 0 } as const;
    expect([isKnownToBe<boolean>(yes, true), isKnownToBe<boolean>(yes, false)]).toEqual([true, false]);
    expect([isKnownToBe<boolean>(UNKNOWN, true), isKnownToBe<boolean>(UNKNOWN, false)]).toEqual([false, false]);
  });
});
