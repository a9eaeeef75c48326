// Every Pod of the catalogue's tables behind an Ingress, asked on each port and path that the tables name, by NEG and by instance
// group: who does what a fix says has the finding gone and no other, and Google's check then gets what passes: 200, by the catalogue.
import { describe, expect, it } from 'vitest';
import type { Finding } from '../src/judge/finding.ts';
import type { Edit } from '../src/judge/fix.ts';
import { formatName, referenceTo } from '../src/kubernetes/field-path.ts';
import type { Ingress, KubernetesObject, Workload } from '../src/kubernetes/objects.ts';
import { parseObject } from '../src/kubernetes/parse.ts';
import { numberIn } from '../src/plan/serving-containers.ts';
import { loadPolicy } from '../src/policy/load.ts';
import { RULES } from '../src/rules/index.ts';
import { createSnapshot } from '../src/snapshot/snapshot.ts';
import type { AppPod } from './apps/cases.ts';
import { APP_CASES } from './apps/index.ts';
import { ADD_ON_ON } from './support/facts.ts';
import { obey } from './support/obey.ts';
import { backendConfig, deployment, ingress, type RawObject, service } from './support/objects.ts';
import { checked, judgeOver } from './support/world.ts';

const { apps } = loadPolicy(
  undefined,
  RULES.map(({ id }) => id),
);

const SETTINGS = { facts: ADD_ON_ON, known: 'listed' } as const;
const NAMED = { 'cloud.google.com/backend-config': '{"default": "web"}' };
const SERVED = 30_000;
type Group = 'neg' | 'instance group';

interface Request {
  readonly port: number;
  readonly path: string;
}

function requestIn(text: string): Request {
  const [port = '', path = ''] = text.split(' ');
  return { port: Number(port), path };
}

/** Ports of the Pod that the tables ask, the asked one first: the Service leads to each, by node ports from 30000 on. */
function portsOf(asked: Request, asks: readonly string[]): readonly number[] {
  return [...new Set([asked.port, ...asks.map((text) => requestIn(text).port)])];
}

/** @param configured what a BackendConfig asks; left out: there is none, and Google asks for / */
function worldOf(pod: AppPod, ports: readonly number[], group: Group, configured?: RawObject): readonly RawObject[] {
  const env = Object.entries(pod.env ?? {}).map(([name, value]) => ({ name, value }));
  const servicePorts = ports.map((port, index) => ({
    name: `p${port}`,
    port: index === 0 ? 80 : port + 10_000,
    targetPort: port,
    ...(group === 'neg' ? {} : { nodePort: SERVED + index }),
  }));
  return [
    ingress({ class: 'gce' }),
    service({
      type: group === 'neg' ? 'ClusterIP' : 'NodePort',
      neg: group === 'neg' ? '{"ingress": true}' : '{"ingress": false}',
      annotations: configured === undefined ? {} : NAMED,
      ports: servicePorts,
    }),
    deployment({ container: { ...pod, env, ports: ports.map((containerPort) => ({ containerPort })) } }),
    ...(configured === undefined ? [] : [backendConfig({ spec: { healthCheck: configured } })]),
  ];
}

function objectsOf(raws: readonly RawObject[]): readonly KubernetesObject[] {
  return raws.flatMap((raw) => parseObject(raw) ?? []);
}

/** What is said of the check. */
const ABOUT_CHECK = new Set([
  'health-check-not-ok',
  'probe-redirects-to-https',
  'health-check-port-closed',
  'probe-not-adopted',
]);

const keyOf = ({ rule, object, identity }: Finding): string => `${rule} ${formatName(referenceTo(object))} ${identity}`;
const loudOf = (raws: readonly RawObject[]): readonly Finding[] => {
  const { findings, superseded } = checked(objectsOf(raws), SETTINGS);
  return [...findings, ...superseded].filter(({ severity }) => severity !== 'info');
};

/** What Google's check gets from the Pod by the catalogue. */
function statusOf(raws: readonly RawObject[]): number | string {
  const objects = objectsOf(raws);
  const plan = judgeOver(objects, SETTINGS).planner.planOf(objects.find(({ kind }) => kind === 'Ingress') as Ingress);
  const backend = plan.backends.find(({ isSystemDefault }) => !isSystemDefault);
  const workload = objects.find(({ kind }) => kind === 'Deployment') as Workload;
  const container = workload.containers[0];
  const { check } = backend?.healthCheck ?? {};
  if (backend === undefined || container === undefined || check === undefined) return 'no check';
  const onNode = backend.service?.ports.find(({ nodePort }) => nodePort === check.port)?.targetPort;
  const fixed = backend.group === 'neg' ? check.port : onNode;
  const port = check.port === null ? backend.servicePort?.targetPort : fixed;
  if (port === undefined || port === null) return `a node port that leads nowhere: ${check.port}`;
  const request = { port: numberIn(workload, port), path: check.path };
  const answer = apps.answerOf(workload, container, request, createSnapshot(objects, 'listed'));
  return answer === undefined ? `unknown: ${request.port} ${request.path}` : answer.status;
}

interface Obeyed {
  readonly finding: Finding;
  readonly text: string;
  readonly raws: readonly RawObject[];
}

function obeyed(raws: readonly RawObject[]): readonly Obeyed[] {
  return loudOf(raws)
    .filter(({ rule }) => ABOUT_CHECK.has(rule))
    .flatMap((finding) =>
      [finding.fix, ...finding.fix.alternatives].flatMap(({ text, edits }) => {
        const edited = edits.length === 0 ? undefined : obey(raws, edits as readonly Edit[]);
        return edited === undefined ? [] : [{ finding, text, raws: edited }];
      }),
    );
}

/** Where the catalogue knows no answer, only rules that rest on one promise another. */
const OF_APPS = new Set(['health-check-not-ok', 'probe-redirects-to-https']);
const isUnknown = (status: number | string): boolean => typeof status === 'string' && status.startsWith('unknown');

/** What is wrong after the fix: the same finding, another one, or an answer that does not pass. */
function faultsOf(before: readonly RawObject[], { finding, raws }: Obeyed): readonly string[] {
  const known = new Set(loudOf(before).map(keyOf));
  const after = loudOf(raws).map(keyOf);
  const status = statusOf(raws);
  return [
    ...after.filter((key) => key === keyOf(finding)).map((key) => `still: ${key}`),
    ...after.filter((key) => !known.has(key)).map((key) => `new: ${key}`),
    ...(status === 200 || (isUnknown(status) && !OF_APPS.has(finding.rule)) ? [] : [`the check gets ${status}`]),
  ];
}

interface Asked {
  readonly raws: readonly RawObject[];
  readonly fails: boolean;
}

/** Each request of the tables as the default check, by a BackendConfig, and by a fixed port beside another serving port. */
function worlds(pod: AppPod, asks: Readonly<Record<string, string>>, group: Group): readonly Asked[] {
  return Object.entries(asks).flatMap(([text, answer]) => {
    const request = requestIn(text);
    const ports = portsOf(request, Object.keys(asks));
    const fails = /^[345]\d\d\b/.test(answer) && !answer.includes(' unless ') && !answer.includes('TLS only');
    const [, other = request.port] = ports;
    const reordered = portsOf({ ...request, port: other }, Object.keys(asks));
    const fixed = group === 'neg' ? request.port : SERVED + reordered.indexOf(request.port);
    const inPod = { requestPath: request.path, port: request.port };
    return [
      { raws: worldOf(pod, ports, group, { requestPath: request.path }), fails },
      { raws: worldOf(pod, reordered, group, { requestPath: request.path, port: fixed }), fails },
      { raws: worldOf(pod, reordered, group, inPod), fails: false },
      ...(request.path === '/' ? [{ raws: worldOf(pod, ports, group), fails: false }] : []),
    ];
  });
}

describe.each<[Group]>([['neg'], ['instance group']])('behind a %s', (group) => {
  const pods = Object.entries(APP_CASES).flatMap(([id, { is }]) =>
    Object.entries(is).map(([name, [pod, asks]]) => ({ title: `${id}: ${name}`, pod, asks })),
  );

  it.each(pods)('$title: a fix ends its finding, brings no other, and 200 comes back', ({ pod, asks }) => {
    const faults = worlds(pod, asks, group).flatMap(({ raws }) =>
      obeyed(raws).flatMap((one) => faultsOf(raws, one).map((fault) => `${one.text} => ${fault}`)),
    );
    expect([...new Set(faults)]).toEqual([]);
  });

  it.each(pods)('$title: what the tables have failing is found', ({ pod, asks }) => {
    const silent = worlds(pod, asks, group).filter(
      ({ raws, fails }) => fails && !loudOf(raws).some(({ rule }) => ABOUT_CHECK.has(rule)),
    );
    expect(silent.map(({ raws }) => raws)).toEqual([]);
  });

  it('carries out fixes of many apps', () => {
    const withEdits = pods.filter(({ pod, asks }) =>
      worlds(pod, asks, group).some(({ raws }) => obeyed(raws).length > 0),
    );
    expect(new Set(withEdits.map(({ title }) => title.split(':')[0])).size).toBeGreaterThan(20);
  });
});
