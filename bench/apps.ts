// What it costs to ask the catalogue for a container's answer, and whether it grows with the catalogue: the shipped apps
// and a thousand, alternating in one run.
import type { Workload } from '../src/kubernetes/objects.ts';
import { parseObject } from '../src/kubernetes/parse.ts';
import type { AppCatalogue } from '../src/plan/app.ts';
import { createAppCatalogue } from '../src/policy/app-catalogue.ts';
import { loadPolicy } from '../src/policy/load.ts';
import type { AppFile } from '../src/policy/schemas.ts';
import { RULES } from '../src/rules/index.ts';
import { emptySnapshot } from '../src/snapshot/snapshot.ts';
import { argocdServer, deployment, type RawObject } from '../test/support/objects.ts';

const MANY = 1000;
const ROUNDS = 9;
const ASKED_A_ROUND = 100_000;

const { appFiles } = loadPolicy(
  undefined,
  RULES.map(({ id }) => id),
);

/** Each with an image, two variables and a flag of its own, as many under the same last name as there are owners. */
function build(index: number): AppFile {
  return {
    apiVersion: 'gke-ingress-guard.dev/v1',
    kind: 'App',
    id: `app-${index}`,
    name: `App ${index}`,
    match: { images: [`docker.io/owner-${index % 50}/app-${index}`], env: [`APP_${index}`, `APP_${index}_TLS`] },
    settings: { tls: [{ flag: `--app-${index}-tls`, equals: 'true' }] },
    answers: [{ path: '*', when: ['tls'], status: 301, redirectsToHttps: true }],
    fix: 'Switch it off.',
    sources: ['bench'],
  };
}

const others = Array.from({ length: 20 }, (_, index) => ({ name: `SETTING_${index}`, value: 'x' }));
const args = ['--listen=:8080', '--log-level', 'info', '--metrics', '--config=/etc/config.yaml'];
const asked: readonly (readonly [string, Workload, boolean])[] = [
  ['known by its image', workloadOf(argocdServer()), true],
  ['known by a variable', container({ env: [...others, { name: 'SECURE_SSL_REDIRECT', value: 'True' }], args }), true],
  ['no app', container({ env: others, args }), false],
];

function container(changes: RawObject): Workload {
  return workloadOf(deployment({ container: changes }));
}

function workloadOf(raw: RawObject): Workload {
  // A Deployment parses into a workload.
  return parseObject(raw) as Workload;
}

function measure(catalogue: AppCatalogue, workload: Workload, isKnown: boolean): number {
  const [first] = workload.containers;
  if (first === undefined) throw new TypeError('the workload has a container');
  const snapshot = emptySnapshot();
  const request = { port: 8080, path: '/healthz' };
  let answers = 0;
  const started = performance.now();
  for (let index = 0; index < ASKED_A_ROUND; index += 1) {
    if (catalogue.answerOf(workload, first, request, snapshot) !== undefined) answers += 1;
  }
  const tookMs = performance.now() - started;
  if (answers !== (isKnown ? ASKED_A_ROUND : 0)) throw new Error('the catalogue answers otherwise than expected');
  return (tookMs * 1000) / ASKED_A_ROUND;
}

const added = Array.from({ length: MANY - appFiles.length }, (_, index) => build(index));
const catalogues = [createAppCatalogue(appFiles), createAppCatalogue([...appFiles, ...added])] as const;
for (const [what, workload, isKnown] of asked) {
  const roundsUs: [number[], number[]] = [[], []];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const us = catalogues.map((catalogue) => measure(catalogue, workload, isKnown));
    if (round === 0) continue; // the first round warms up
    roundsUs[0].push(us[0] ?? 0);
    roundsUs[1].push(us[1] ?? 0);
  }
  const [few, many] = roundsUs.map((us) => us.toSorted((a, b) => a - b)[Math.floor(us.length / 2)] ?? 0);
  process.stdout.write(
    `a container that is ${what}: ${few?.toFixed(2)} us with ${appFiles.length} apps, ${many?.toFixed(2)} us with ${MANY}; ratio ${((many ?? 0) / (few ?? 1)).toFixed(2)}\n`,
  );
}
