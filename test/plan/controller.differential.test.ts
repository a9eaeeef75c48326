// Compares plans with the GKE Ingress controller itself, which controller/main.go runs: translation, URL map, names and
// health checks. It compiles ingress-gce, some minutes on a cold machine, so it runs only where GCE_CONTROLLER=1 asks.
// GCE_CONTROLLER_SEED and GCE_CONTROLLER_RUNS look further than the fixed defaults.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BackendPlan } from '../../src/plan/backend-plan.ts';
import { keepsDot } from '../../src/plan/load-balancer-name.ts';
import type { IngressPlan } from '../../src/plan/plan.ts';
import { findServicePort } from '../../src/plan/service-port.ts';
import { factsOf } from '../support/facts.ts';
import { planObjects } from '../support/plan-objects.ts';
import { type ArbitraryCase, arbitraryCase } from './arbitrary-case.ts';

const isWanted = process.env['GCE_CONTROLLER'] === '1';
const SEED = Number(process.env['GCE_CONTROLLER_SEED'] ?? 20_260_821);
const RUNS = Number(process.env['GCE_CONTROLLER_RUNS'] ?? 3000);

interface ControllerBackend {
  readonly error: string;
  readonly protocol: string;
  readonly neg: boolean;
  readonly health: Readonly<Record<string, unknown>> | null;
  readonly syncError: string;
}

interface ControllerAnswer {
  readonly claimed: boolean;
  readonly hostRules: unknown;
  readonly defaultBackend: { readonly service: string; readonly port: number } | null;
  readonly errors: readonly string[];
  readonly backends: Readonly<Record<string, ControllerBackend>>;
  readonly legalName: Readonly<Record<'v1' | 'v2', boolean>>;
}

describe('plans and the controller', () => {
  let folder = '';

  beforeAll(() => {
    if (!isWanted) return;
    folder = mkdtempSync(join(tmpdir(), 'gke-ingress-guard-controller-'));
    const env = { ...process.env, GOWORK: 'off', GOFLAGS: '' };
    const cwd = join(import.meta.dirname, 'controller');
    const build = spawnSync('go', ['build', '-o', join(folder, 'controller'), '.'], { cwd, env });
    if (build.status !== 0) throw new Error(`go build failed: ${build.stderr}`, { cause: build.error });
  }, 900_000);

  afterAll(() => {
    if (folder !== '') rmSync(folder, { recursive: true, force: true });
  });

  it.skipIf(!isWanted)(
    'agree on generated objects',
    () => {
      const cases = fc.sample(arbitraryCase, { seed: SEED, numRuns: RUNS });
      const answers = askController(join(folder, 'controller'), cases);
      const differences = cases.flatMap((one, index) => {
        const guard = askGuard(one);
        const controller = inGuardWords(answers[index]);
        return JSON.stringify(guard) === JSON.stringify(controller)
          ? []
          : [{ objects: one.objects, flags: one.flags, guard, controller }];
      });
      const shortest = differences.toSorted((a, b) => JSON.stringify(a).length - JSON.stringify(b).length)[0];
      expect({ count: differences.length, shortest }).toEqual({ count: 0, shortest: undefined });
    },
    600_000,
  );
});

function askController(binary: string, cases: readonly ArbitraryCase[]): readonly ControllerAnswer[] {
  const run = spawnSync(binary, [], { input: JSON.stringify(cases), maxBuffer: 2 ** 30 });
  if (run.status !== 0) throw new Error(`the controller failed: ${run.stderr}`, { cause: run.error });
  return JSON.parse(run.stdout.toString());
}

/** What both sides can say, in one shape. */
function inGuardWords(answer: ControllerAnswer | undefined): unknown {
  if (answer === undefined) return undefined;
  const backends = Object.entries(answer.backends).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    claimed: answer.claimed,
    hostRules: answer.hostRules,
    defaultBackend: answer.defaultBackend && `${answer.defaultBackend.service}:${answer.defaultBackend.port}`,
    conditions: [...new Set(answer.errors.map(conditionOf))].toSorted(),
    backends: backends.map(([key, { error, protocol, neg, health, syncError }]) => ({
      key,
      error: codeOf(error),
      ...(error === ''
        ? { protocol, neg, sync: syncConditionOf(syncError), ...(syncError === '' ? { health } : {}) }
        : {}),
    })),
    keepsDot: { v1: !answer.legalName.v1, v2: !answer.legalName.v2 },
  };
}

const CONDITIONS: readonly (readonly [RegExp, string])[] = [
  [/^Ingress Backend is not a service/, 'C3'],
  [/^ErrSvcNotFound/, 'C4'],
  [/^ErrSvcPortNotFound/, 'C5'],
  [/^ErrBadSvcType/, 'C6'],
  [/^ErrSvcAppProtosParsing/, 'C7'],
  [/^invalid value for Service annotation/, 'C8'],
  [/^ErrSvcBackendConfig/, 'C9/C10'],
  [/^ErrBackendConfigValidation/, 'C11–C13'],
  [/^failed to validate exact/, 'C14'],
  [/^failed to validate prefix/, 'C15'],
  [/^unsupported path type/, 'C16'],
  [/^failed to retrieve the system default backend/, 'C17'],
];

function conditionOf(error: string): string {
  return CONDITIONS.find(([pattern]) => pattern.test(error))?.[1] ?? error;
}

function codeOf(error: string): string {
  return error.startsWith('invalid value for Service annotation') ? 'ErrTrafficScaling' : error;
}

function syncConditionOf(error: string): string {
  if (error.startsWith('unable to find nodeport')) return 'C34';
  return /^Protocol .* is not valid/.test(error) ? 'C31' : error;
}

const GROUPED: Readonly<Record<string, string>> = {
  C9: 'C9/C10',
  C10: 'C9/C10',
  C11: 'C11–C13',
  C12: 'C11–C13',
  C13: 'C11–C13',
};
const FATAL = new Set(CONDITIONS.map(([, condition]) => condition));

function askGuard({ objects, flags }: ArbitraryCase): unknown {
  const [plan] = planObjects(objects, factsOf({ controller: flags }));
  if (plan === undefined) return undefined;
  const conditions = plan.faults.flatMap(({ condition, isHidden }) =>
    isHidden ? [] : [GROUPED[condition] ?? condition],
  );
  const { defaultBackend } = plan;
  return {
    claimed: plan.class.isClaimed,
    hostRules: plan.urlMap.hostRules.map(({ host, paths }) => ({
      host,
      paths: paths.map(({ path, backend }) => ({ path, service: backend.serviceName, port: portOf(backend) })),
    })),
    defaultBackend: defaultBackend && `${defaultBackend.serviceName}:${defaultBackend.servicePort?.port}`,
    conditions: [...new Set(conditions.filter((condition) => FATAL.has(condition)))].toSorted(),
    backends: namedPorts(plan).map(([key, backend]) => ({
      key,
      error: backend.error?.code ?? '',
      ...(backend.error === undefined ? built(plan, backend) : {}),
    })),
    keepsDot: { v1: keepsDot(plan.ingress, 'v1'), v2: keepsDot(plan.ingress, 'v2') },
  };
}

function portOf({ servicePort, port }: BackendPlan): number | string {
  return servicePort?.port ?? (port.name || port.number);
}

function built(plan: IngressPlan, backend: BackendPlan): Readonly<Record<string, unknown>> {
  const ofBackend = plan.faults.filter(({ place }) => place.at === 'backend' && place.key === backend.key);
  const has = (condition: string): boolean =>
    ofBackend.some((found) => found.condition === condition && !found.isHidden);
  const sync = has('C34') ? 'C34' : has('C31') ? 'C31' : '';
  const check = backend.healthCheck?.check;
  if (check === undefined) return { protocol: backend.protocol, neg: backend.group === 'neg', sync };
  const { protocol, path, host, port, intervalSec, timeoutSec, healthyThreshold, unhealthyThreshold } = check;
  const health = { protocol, path, host, port, intervalSec, timeoutSec, healthyThreshold, unhealthyThreshold };
  return { protocol: backend.protocol, neg: backend.group === 'neg', sync, ...(sync === '' ? { health } : {}) };
}

/** Each port as the Ingress names it, with the backend that it means: the controller keeps names and numbers apart. */
function namedPorts(plan: IngressPlan): readonly (readonly [string, BackendPlan])[] {
  const { rules, defaultBackend } = plan.ingress;
  const named = [...rules.flatMap((rule) => rule.paths ?? []).map(({ backend }) => backend), defaultBackend];
  const ports = new Map<string, BackendPlan>();
  for (const service of named.map((backend) => backend?.service)) {
    if (service === undefined) continue;
    const port = { name: service.portName, number: service.portNumber };
    const found = plan.backends.find((backend) => {
      if (backend.isSystemDefault || backend.serviceName !== service.name) return false;
      const resolved = backend.service && findServicePort(backend.service, port);
      const isSame = backend.port.name === port.name && (port.name !== '' || backend.port.number === port.number);
      return resolved === undefined ? isSame : backend.servicePort === resolved;
    });
    if (found !== undefined) ports.set(`shop/${service.name}:${service.portName || service.portNumber}`, found);
  }
  const system = plan.backends.find(({ isSystemDefault }) => isSystemDefault);
  if (system !== undefined) ports.set('kube-system/default-http-backend:http', system);
  return [...ports].toSorted(([a], [b]) => (a < b ? -1 : 1));
}
