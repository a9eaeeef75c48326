// `facts` and `rules show`: what the guard knows, and what a rule is about.
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { stringify } from 'yaml';
import { ageInWords } from '../../src/cli/facts/facts.ts';
import { clusterFactsOf } from '../../src/cluster/gke/cluster-description.ts';
import { parseFactsFile } from '../../src/facts/facts-file.ts';
import { RULES } from '../../src/rules/index.ts';
import {
  ADD_ON_OFF,
  CLUSTER,
  clusterDescription,
  type FakeGkeApi,
  googleError,
  LOCATION,
  PROJECT,
  startFakeGkeApi,
  startFakeMetadata,
} from '../support/fake-gke-api.ts';
import { directoryOf, run } from './support.ts';

const UPDATE = 'gcloud container clusters update prod --location=asia-northeast1 --project=my-project';
const DESCRIBE = 'gcloud container clusters describe prod --location=asia-northeast1 --project=my-project';

/** The lines of one fact. */
function linesOf(out: string, fact: string): readonly string[] {
  const lines = out.split('\n');
  const start = lines.findIndex((line) => line.startsWith(fact));
  const end = lines.findIndex((line, i) => i > start && !line.startsWith(' '));
  return lines.slice(start, end).map((line) => line.trim());
}

function clusterFile(fields: string): string {
  const head = 'apiVersion: gke-ingress-guard.dev/v1\nkind: ClusterFacts\n';
  const cluster = 'cluster: { project: my-project, location: asia-northeast1, name: prod }\n';
  return join(directoryOf({ 'facts.yaml': `${head}${cluster}${fields}\n` }), 'facts.yaml');
}

it('prints each fact with its value, source and age, and the commands that change and tell it', async () => {
  const { code, out } = await run(['facts', '--facts', 'examples/addon-off.yaml']);
  expect(code).toBe(0);
  expect(linesOf(out, 'httpLoadBalancing')).toEqual([
    expect.stringMatching(/^httpLoadBalancing +disabled \(file, \d+ s old\)$/),
    `change: ${UPDATE} --update-addons=HttpLoadBalancing=ENABLED`,
    `look it up: ${DESCRIBE} --format='value(addonsConfig.httpLoadBalancing.disabled)'`,
  ]);
  expect(linesOf(out, 'autopilot')).toEqual([
    expect.stringMatching(/^autopilot +not known$/),
    'chosen when the cluster is created; it cannot be changed',
    `look it up: ${DESCRIBE} --format='value(autopilot.enabled)'`,
  ]);
  expect(out).toMatch(/\nenableTrafficScaling +false \(assumed: the open-source default\)\n/);
});

it.each([
  ['httpLoadBalancing: enabled', `change: ${UPDATE} --update-addons=HttpLoadBalancing=DISABLED`],
  ['autopilot: true # httpLoadBalancing', 'it cannot be turned off on Autopilot'],
  ['networkPolicy: true', `change: ${UPDATE} --no-enable-network-policy`],
  [
    'networkPolicy: false',
    `change: ${UPDATE} --update-addons=NetworkPolicy=ENABLED && ${UPDATE} --enable-network-policy`,
  ],
  ['{} # vpcNative', 'chosen when the cluster is created; it cannot be changed'],
  [
    'version: 1.33.4-gke.1036000',
    'change: gcloud container clusters upgrade prod --location=asia-northeast1 --project=my-project --master --cluster-version=VERSION',
  ],
])('says how to change what %s declares, or that it cannot be', async (field, change) => {
  const { out } = await run(['facts', '--facts', clusterFile(field.startsWith('{}') ? '' : field)]);
  const name = field.split('# ')[1] ?? field.split(':')[0] ?? '';
  expect(linesOf(out, name)[1]).toBe(change);
});

it('tells ages in the unit that people would use', () => {
  expect([0, 59, 60, 3599, 7300, 47 * 3600, 72 * 3600].map(ageInWords)).toEqual([
    '0 s',
    '59 s',
    '1 min',
    '59 min',
    '2 h',
    '47 h',
    '3 days',
  ]);
});

it('says in JSON what is known and what is not', async () => {
  const { facts, cluster } = JSON.parse((await run(['facts', '--format', 'json'])).out);
  expect(cluster).toEqual({});
  expect(facts.map(({ fact, known }: { fact: string; known: boolean }) => [fact, known])).toEqual(
    ['httpLoadBalancing', 'vpcNative', 'sharedVpc', 'networkPolicy', 'dataplaneV2', 'autopilot', 'version'].map(
      (fact) => [fact, false],
    ),
  );
});

it('tells how to give it facts where it has none', async () => {
  expect((await run(['facts'])).out).toMatch(/Nothing is known of the cluster: give --facts FILE/);
});

describe('with names of a cluster', () => {
  let google: FakeGkeApi;
  const named = ['--gke-project', PROJECT, '--gke-location', LOCATION, '--gke-cluster', CLUSTER];

  beforeEach(async () => {
    google = await startFakeGkeApi('a-token');
    const metadata = await startFakeMetadata('a-token');
    onTestFinished(() => metadata.close());
    vi.stubEnv('CLOUDSDK_CONFIG', '/nowhere');
    vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', undefined);
    vi.stubEnv('METADATA_SERVER_DETECTION', undefined);
    vi.stubEnv('GCE_METADATA_IP', undefined);
    vi.stubEnv('GCE_METADATA_HOST', metadata.host);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await google.close();
  });

  it('asks the GKE API, and shows where the file says otherwise', async () => {
    google.describe(ADD_ON_OFF);
    const file = clusterFile('httpLoadBalancing: enabled');
    const words = ['facts', '--facts', file, ...named, '--gke-endpoint', google.url];
    const { code, out, err } = await run(words);
    expect([code, err]).toEqual([0, '']);
    expect(linesOf(out, 'httpLoadBalancing').slice(0, 2)).toEqual([
      expect.stringMatching(/enabled \(file, \d+ s old\)$/),
      'gke-api says disabled; file counts',
    ]);
    expect(linesOf(out, 'vpcNative')[0]).toMatch(/^vpcNative +true \(gke-api, \d+ s old\)$/);
    expect(JSON.parse((await run([...words, '--format=json'])).out)).toMatchObject({
      conflicts: [
        {
          fact: 'httpLoadBalancing',
          value: 'enabled',
          source: 'file',
          otherValue: 'disabled',
          otherSource: 'gke-api',
        },
      ],
      problems: [],
    });
  });

  it('says why the API cannot be asked and what to do, prints the rest, and is no failure', async () => {
    google.answerWith(() => googleError(403, 'Required "container.clusters.get" permission(s).'));
    const { code, out, err } = await run(['facts', ...named, '--gke-endpoint', google.url]);
    expect(code).toBe(0);
    expect(err).toMatch(
      /^note: the GKE API cannot be asked: it answered 403: Required "container\.clusters\.get" .* gcloud projects add-iam-policy-binding my-project --role=roles\/container\.clusterViewer .*\n$/,
    );
    expect(linesOf(out, 'httpLoadBalancing')[1]).toBe(`change: ${UPDATE} --update-addons=HttpLoadBalancing=ENABLED`);
  });

  it('does not ask where it is told not to', async () => {
    await run(['facts', ...named, '--gke-endpoint', google.url, '--no-gke-api']);
    expect(google.requests).toEqual([]);
  });
});

it.each([
  ['http://container.example.com', 'An endpoint is such as https://container.googleapis.com.'],
  ['container.googleapis.com', 'An endpoint is such as https://container.googleapis.com.'],
])('sends no token to %s', async (endpoint, message) => {
  const { code, err } = await run(['facts', '--gke-endpoint', endpoint]);
  expect([code, err]).toEqual([2, expect.stringContaining(message)]);
});

it.each(['--facts-refresh', '--facts-max-age'])('takes for %s only durations that a timer can wait', async (option) => {
  for (const duration of ['5', '5x', '0s', '-5m', '1.5h', '481h', '']) {
    const { code, err } = await run(['serve', `${option}=${duration}`]);
    expect([duration, code, err]).toEqual([
      duration,
      2,
      expect.stringContaining('A duration is such as 90s, 5m or 24h'),
    ]);
  }
  // It goes on to what is wrong next: there is no certificate.
  const { err } = await run(['serve', `${option}=480h`, '--tls-dir=/nowhere']);
  expect(err).toContain('[tls-invalid]');
});

describe('--from', () => {
  const json = (changes = {}): string => JSON.stringify(clusterDescription(changes), null, 2);

  it.each([
    ['JSON', json({ ...ADD_ON_OFF, autopilot: undefined })],
    ['YAML', stringify(clusterDescription(ADD_ON_OFF))],
  ])('turns what gcloud prints as %s into a facts file that says the same', async (_what, stdin) => {
    const { code, out, err } = await run(['facts', '--from', '-'], { stdin });
    expect([code, err]).toEqual([0, '']);
    const described = clusterFactsOf(clusterDescription(ADD_ON_OFF), { source: 'file', learntAtMs: 0 });
    expect({ ok: true, facts: parseFactsFile(out, 'facts.yaml', 0) }).toEqual(described);
    expect(out.split('\n').slice(0, 2)).toEqual([
      expect.stringMatching(/^# What gcloud said of the cluster on \d{4}-\d\d-\d\d\. /),
      `#   ${DESCRIBE} --format=json | gke-ingress-guard facts --from -`,
    ]);
  });

  it('takes a name on two lines for a name, and for no field of the file', async () => {
    const name = 'prod\nhttpLoadBalancing: disabled\n#';
    const { out } = await run(['facts', '--from', '-'], { stdin: json({ name }) });
    expect(out.split('\n').slice(1, 2)).toEqual([
      expect.stringMatching(/^# {3}gcloud .*'prod httpLoadBalancing: disabled #' .* --from -$/),
    ]);
    expect(parseFactsFile(out, 'facts.yaml', 0)).toMatchObject({
      cluster: { name },
      httpLoadBalancing: { value: 'enabled' },
    });
  });

  it('leaves out what is not in the answer, and says so', async () => {
    const { out } = await run(['facts', '--from', '-'], { stdin: json({ networkConfig: undefined }) });
    expect(out).toContain('\n# Not in its answer, so not known: sharedVpc, dataplaneV2.\n');
    expect(out).not.toMatch(/^(sharedVpc|dataplaneV2)/m);
  });

  it('reads a file too', async () => {
    const file = join(directoryOf({ 'prod.json': json() }), 'prod.json');
    expect((await run(['facts', '--from', file])).out).toContain('\nhttpLoadBalancing: enabled\n');
  });

  it.each([
    ['nothing', '', 'standard input is empty.'],
    ['white space', ' \n', 'standard input is empty.'],
    ['what `clusters list` prints', `[${json()}]`, 'it is a list, as `gcloud container clusters list` prints it.'],
    ['an error', 'ERROR: (gcloud.container.clusters.describe) ResponseError: code=404', 'begins with "ERROR: (gcloud'],
    ['a text', 'not logged in', 'standard input holds a text: "not logged in"'],
    ['JSON that is cut off', json().slice(0, 100), 'standard input:'],
    ['some fields', '{"name":"prod"}', 'it has no "currentMasterVersion", "location".'],
    ['nesting that no cluster has', '['.repeat(100_000), 'nested more than 250 levels deep'],
  ])('refuses %s, and prints nothing', async (_what, stdin, message) => {
    const { code, out, err } = await run(['facts', '--from', '-'], { stdin });
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('error: This is no description of a cluster.');
    expect(err).toContain(message);
    expect(err).toContain('--format=json prints. [description-invalid]');
  });
});

it('shows every rule with why it matters and what to do', async () => {
  for (const { id, why, fix } of RULES) {
    const { code, out } = await run(['rules', 'show', id]);
    expect([code, out.includes(`Why: ${why}\n`), out.includes(`Fix: ${fix}\n`)]).toEqual([0, true, true]);
  }
});

it('shows a rule as JSON, and says which rule may be meant', async () => {
  const { rule } = JSON.parse((await run(['rules', 'show', 'path-invalid', '--format', 'json'])).out);
  expect(rule).toMatchObject({
    id: 'path-invalid',
    severity: 'error',
    mode: 'enforce',
    covers: ['C14', 'C15', 'C16', 'R6'],
  });
  const { code, err } = await run(['rules', 'show', 'path-invald']);
  expect([code, err.includes('There is no rule "path-invald"; did you mean "path-invalid"?')]).toEqual([2, true]);
});
