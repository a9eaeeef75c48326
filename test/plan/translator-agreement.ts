// Compares plans with the GKE Ingress controller's own translator, which controller/main.go runs: translation, URL map, names,
// which backends are built, and their health checks.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import type { BackendPlan } from '../../src/plan/backend-plan.ts';
import { keepsDot } from '../../src/plan/load-balancer-name.ts';
import type { IngressPlan } from '../../src/plan/plan.ts';
import { findReplaced } from '../../src/plan/replaced.ts';
import { findServicePort } from '../../src/plan/service-port.ts';
import { goPrograms, logToStderr } from '../cluster/go-programs.ts';
import { factsOf } from '../support/facts.ts';
import { planObjects } from '../support/plan-objects.ts';
import { type ArbitraryCase, arbitraryCase } from './arbitrary-case.ts';

interface ControllerBackend {
  readonly error: string;
  readonly protocol: string;
  readonly neg: boolean;
  /** Whether it is in the URL map. */
  readonly used: boolean;
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

/** The translator as a program: from the cache, or built into it, which takes minutes on a cold machine. */
export async function translatorProgram(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const { controller } = await goPrograms(
    {
      what: "the GKE Ingress controller's translator",
      name: 'ingress-translator',
      dir: fileURLToPath(new URL('./controller/', import.meta.url)),
      files: ['go.mod', 'go.sum', 'main.go'],
      packages: ['.'],
      programs: ['controller'],
      ldflags: '-s -w',
      duration: 'about 4 minutes',
      wayOut: '',
    },
    logToStderr,
    env,
  );
  return controller;
}

export interface Agreement {
  readonly cases: number;
  /** How many of the cases have a backend that no path leads to any more. */
  readonly replaced: number;
  readonly differences: number;
  readonly shortest: unknown;
}

/** Of the run whose cases are always the same. */
export const FIXED_SEED = 20_260_821;

/** Both sides have all that is asked at once in memory. */
const AT_ONCE = 1000;

/** @param program of `translatorProgram` */
export function compareWithTranslator(program: string, seed: number, numRuns: number): Agreement {
  const cases = fc.sample(arbitraryCase, { seed, numRuns });
  const differences: unknown[] = [];
  let replaced = 0;
  for (let from = 0; from < cases.length; from += AT_ONCE) {
    const some = cases.slice(from, from + AT_ONCE);
    const answers = askController(program, some);
    for (const [index, one] of some.entries()) {
      const guard = askGuard(one);
      const controller = inGuardWords(answers[index], guard);
      if (guard?.backends.some(({ used }) => used === false)) replaced++;
      if (JSON.stringify(guard) === JSON.stringify(controller)) continue;
      differences.push({ objects: one.objects, flags: one.flags, guard, controller });
    }
  }
  const [shortest] = differences.toSorted((a, b) => JSON.stringify(a).length - JSON.stringify(b).length);
  return { cases: cases.length, replaced, differences: differences.length, shortest };
}

function askController(binary: string, cases: readonly ArbitraryCase[]): readonly ControllerAnswer[] {
  const run = spawnSync(binary, [], { input: JSON.stringify(cases), maxBuffer: 2 ** 30 });
  if (run.status !== 0) throw new Error(`the controller failed: ${run.stderr}`, { cause: run.error });
  return JSON.parse(run.stdout.toString());
}

/** What both sides can say, in one shape. */
interface Said {
  readonly [field: string]: unknown;
  readonly backends: readonly SaidOfBackend[];
}

interface SaidOfBackend {
  readonly key: string;
  readonly error: string;
  readonly protocol?: string | undefined;
  readonly neg?: boolean;
  /** Whether paths lead there: where none does, it is not synced. */
  readonly used?: boolean;
  readonly sync?: string;
  readonly health?: unknown;
}

function inGuardWords(answer: ControllerAnswer | undefined, guard: Said | undefined): Said | undefined {
  if (answer === undefined) return undefined;
  const backends = Object.entries(answer.backends).toSorted(([a], [b]) => (a < b ? -1 : 1));
  // Of an Ingress that fails nothing is synced. What the guard says of its backends is compared with what the controller says
  // of each alone; where the guard knows that no path will lead there, it says nothing.
  const isUsed = (key: string, used: boolean): boolean =>
    answer.errors.length === 0 ? used : guard?.backends.find((one) => one.key === key)?.used !== false;
  return {
    claimed: answer.claimed,
    hostRules: answer.hostRules,
    defaultBackend: answer.defaultBackend && `${answer.defaultBackend.service}:${answer.defaultBackend.port}`,
    conditions: [...new Set(answer.errors.map(conditionOf))].toSorted(),
    backends: backends.map(([key, { error, protocol, neg, used, health, syncError }]) => ({
      key,
      error: codeOf(error),
      ...(error === '' ? { protocol, neg, ...synced(isUsed(key, used), syncConditionOf(syncError), health) } : {}),
    })),
    keepsDot: { v1: !answer.legalName.v1, v2: !answer.legalName.v2 },
  };
}

/** What the sync of a backend fails at, or its health check. */
function synced(used: boolean, sync: string, health: unknown): Pick<SaidOfBackend, 'used' | 'sync' | 'health'> {
  return { used, ...(used ? { sync } : {}), ...(used && sync === '' ? { health } : {}) };
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

function askGuard({ objects, flags }: ArbitraryCase): Said | undefined {
  const [plan] = planObjects(objects, factsOf({ controller: flags }));
  if (plan === undefined) return undefined;
  const conditions = plan.faults.flatMap(({ condition, isHidden }) =>
    isHidden ? [] : [GROUPED[condition] ?? condition],
  );
  const { defaultBackend } = plan;
  const replaced = findReplaced(plan.ingress, () => plan.urlMap);
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
      ...(backend.error === undefined
        ? {
            protocol: backend.protocol,
            neg: backend.group === 'neg',
            ...synced(!replaced.has(backend.key), syncOf(plan, backend), healthOf(backend)),
          }
        : {}),
    })),
    keepsDot: { v1: keepsDot(plan.ingress, 'v1'), v2: keepsDot(plan.ingress, 'v2') },
  };
}

function portOf({ servicePort, port }: BackendPlan): number | string {
  return servicePort?.port ?? (port.name || port.number);
}

function syncOf(plan: IngressPlan, { key }: BackendPlan): string {
  const ofBackend = plan.faults.filter(
    ({ place, isHidden }) => place.at === 'backend' && place.key === key && !isHidden,
  );
  return ['C34', 'C31'].find((condition) => ofBackend.some((found) => found.condition === condition)) ?? '';
}

function healthOf({ healthCheck }: BackendPlan): unknown {
  if (healthCheck === undefined) return undefined;
  const { protocol, path, host, port, intervalSec, timeoutSec, healthyThreshold, unhealthyThreshold } =
    healthCheck.check;
  return { protocol, path, host, port, intervalSec, timeoutSec, healthyThreshold, unhealthyThreshold };
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
