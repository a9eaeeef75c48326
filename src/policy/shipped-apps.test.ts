import { describe, expect, it } from 'vitest';
import type { AppCases, AppPod } from '../../test/apps/cases.ts';
import { APP_CASES } from '../../test/apps/index.ts';
import { askCatalogue, deploymentOf, mountedBy } from '../../test/support/app-pods.ts';
import { renderAppsPage } from '../../test/support/apps-page.ts';
import { EXEMPTIONS, parsed } from '../../test/support/corridor.ts';
import { backendConfig, ingress, service } from '../../test/support/objects.ts';
import { expectPage } from '../../test/support/page.ts';
import { NO_FACTS } from '../facts/facts.ts';
import type { Finding } from '../judge/finding.ts';
import { createJudge } from '../judge/judge.ts';
import { prepareRules } from '../judge/prepared-rules.ts';
import type { AppAnswer } from '../plan/app.ts';
import { settingsAsStored } from '../plan/plan-input.ts';
import { RULES } from '../rules/index.ts';
import { probeRedirectsToHttps } from '../rules/probe-redirects-to-https.ts';
import { createSnapshot } from '../snapshot/snapshot.ts';
import { fitWarnings } from '../verdict/words.ts';
import { loadPolicy } from './load.ts';
import type { AppFile } from './schemas.ts';

const { apps, appFiles } = loadPolicy(
  undefined,
  RULES.map(({ id }) => id),
);

/** What the rule says of the Pod behind an Ingress whose health check is this request. */
function judgeBehindIngress(pod: AppPod, request: string): readonly Finding[] {
  const [port = '', requestPath = ''] = request.split(' ');
  const neighbours = [
    service({
      neg: '{"ingress": true}',
      annotations: { 'cloud.google.com/backend-config': '{"default": "web"}' },
      ports: [{ name: 'http', port: 80, targetPort: Number(port) }],
    }),
    ingress({ class: 'gce' }),
    backendConfig({ spec: { healthCheck: { requestPath } } }),
  ];
  const object = parsed(deploymentOf(pod, [{ containerPort: Number(port) }]));
  const settings = {
    rules: prepareRules([probeRedirectsToHttps]),
    facts: NO_FACTS,
    apps,
    trustsObserved: false,
    exemptions: EXEMPTIONS,
    plans: settingsAsStored(NO_FACTS),
    isExcluded: () => false,
  };
  const snapshot = createSnapshot([...[...neighbours, ...mountedBy(pod)].map(parsed), object], 'listed');
  return createJudge(settings, snapshot).judge(object).findings;
}

/** As the tables word it. */
function wordsOf(answer: AppAnswer | undefined): string {
  if (answer === undefined) return 'nothing';
  const { status, speaksTlsOnly = false, redirectsToHttps, unless } = answer;
  return [
    ...(status === 0 ? [] : [String(status)]),
    ...(speaksTlsOnly ? ['TLS only'] : []),
    ...(redirectsToHttps ? ['to HTTPS'] : []),
    ...(unless === undefined ? [] : [`unless ${unless}`]),
  ].join(' ');
}

const ask = (pod: AppPod, request: string): AppAnswer | undefined => askCatalogue(apps, pod, request);

const answersIn = ({ is }: AppCases): readonly string[] => Object.values(is).flatMap(([, asks]) => Object.values(asks));
/** Where no status is said, it is some redirect. */
const statusIn = (answer: string): string => (answer.startsWith('to HTTPS') ? 'a redirect' : answer.slice(0, 3));
const isSilent = (answer: string): boolean => answer === 'nothing' || answer === '200';

describe('the catalogue', () => {
  it('has cases for every app, and for no other', () => {
    expect(Object.keys(APP_CASES).toSorted()).toEqual(appFiles.map(({ id }) => id).toSorted());
  });

  it('has for every app a Pod that is not it, and one of which nothing is said', () => {
    const poor = Object.entries(APP_CASES).filter(
      ([, cases]) => Object.keys(cases.isNot).length === 0 || !answersIn(cases).some(isSilent),
    );
    expect(poor.map(([id]) => id)).toEqual([]);
  });

  it('has for every app that can fail a health check a Pod that does', () => {
    const failing = appFiles.filter(({ answers }) => answers.some(({ status }) => status !== 200));
    expect(failing.filter(({ id }) => answersIn(APP_CASES[id] ?? { is: {}, isNot: {} }).every(isSilent))).toEqual([]);
  });

  it('advises what the version of the image knows', () => {
    const fixFor = (tag: string): string | undefined =>
      ask({ image: `quay.io/argoproj/argocd:${tag}`, args: ['argocd-server'] }, '8080 /healthz')?.fix;
    const flag = 'Add the flag --insecure to the command of argocd-server.';
    const configMap = 'Set --insecure, or server.insecure: "true" in ConfigMap argocd-cmd-params-cm.';
    expect(['v1.8.7', 'v2.0.5', 'v2.1.0', 'v3.4.5', 'latest'].map(fixFor)).toEqual([
      flag,
      flag,
      configMap,
      configMap,
      configMap,
    ]);
  });

  it('tells where users are not served although the health check passes', () => {
    const pod = { image: 'quay.io/argoproj/argocd:v3.4.5', args: ['argocd-server', '--rootpath=/argocd'] };
    expect(ask(pod, '8080 /healthz')).toMatchObject({
      status: 200,
      note: 'Users meet a redirect loop until --insecure ends it.',
    });
  });

  it('has no setting on which no answer depends', () => {
    const idle = appFiles.flatMap(({ id, settings = {}, answers }) => {
      const used = answers.flatMap(({ when = [], unless = [] }) => [...when, ...unless]);
      return Object.keys(settings).flatMap((name) => (used.includes(name) ? [] : [`${id}: ${name}`]));
    });
    expect(idle).toEqual([]);
  });

  it('fits its names and fixes into one warning', () => {
    const cut = appFiles.flatMap((app) => linesOf(app).filter((line) => line.includes('...')));
    expect(cut).toEqual([]);
  });

  it('is listed in docs/apps.md (npm run fix writes it)', () => {
    expectPage('docs/apps.md', renderAppsPage(appFiles));
  });
});

/** The warning of each answer that fails, for a workload with names of the usual length. */
function linesOf({ id, name, match, answers, fix, olderFixes = [] }: AppFile): readonly string[] {
  const failing = answers.filter(({ status }) => status !== 200);
  const by = match.signal === undefined ? '' : ' (REDIRECT_TO_HTTPS)';
  return failing.flatMap((answer) =>
    [answer.fix ?? fix, ...olderFixes.map((older) => older.fix)].flatMap((said) => {
      const path = answer.path === '*' ? '/healthz' : answer.path;
      const message = `behind Ingress "web" Google's check GET ${path} gets ${answer.status ?? (answer.tlsOnly ? 400 : 'a redirect')} from ${name}${by}, not 200: UNHEALTHY.`;
      return fitWarnings([
        {
          objectName: `Deployment/prod/${id}`,
          message,
          note: '',
          fix: said.replace(/\.$/, ''),
          tag: 'probe-redirects-to-https',
          isPossible: false,
        },
      ]);
    }),
  );
}

describe.each(Object.entries(APP_CASES))('%s', (id, { is, isNot }) => {
  const requests = [...new Set(Object.values(is).flatMap(([, asks]) => Object.keys(asks)))];

  it.each(Object.entries(is))('answers as expected: %s', (_, [pod, asks]) => {
    const answers = Object.keys(asks).map((request) => [request, ask(pod, request)] as const);
    expect(Object.fromEntries(answers.map(([request, answer]) => [request, wordsOf(answer)]))).toEqual(asks);
    expect(answers.filter(([, answer]) => answer !== undefined && answer.app !== id)).toEqual([]);
  });

  it.each(Object.entries(is))('is warned about where it redirects to HTTPS, and only there: %s', (_, [pod, asks]) => {
    const found = Object.keys(asks).flatMap((request) =>
      judgeBehindIngress(pod, request).map(({ message, isCertain }) => ({ request, message, isCertain })),
    );
    const expected = Object.entries(asks).filter(([, answer]) => answer.includes('to HTTPS'));
    expect(found).toEqual(
      expected.map(([request, answer]) => ({
        request,
        message: expect.stringContaining(`GET ${request.split(' ')[1]} gets ${statusIn(answer)} from `),
        isCertain: !answer.includes('unless'),
      })),
    );
  });

  it.each(Object.entries(isNot))('is not %s', (_, pod) => {
    expect(requests.filter((request) => ask(pod, request)?.app === id)).toEqual([]);
  });
});
