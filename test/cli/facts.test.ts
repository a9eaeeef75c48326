// `facts` and `rules show`: what the guard knows, and what a rule is about.
import { expect, it } from 'vitest';
import { RULES } from '../../src/rules/index.ts';
import { run } from './support.ts';

it('prints each fact with its value, source and age, and the command that changes or tells it', async () => {
  const { code, out } = await run(['facts', '--facts', 'examples/addon-off.yaml']);
  expect(code).toBe(0);
  expect(out).toMatch(
    /^httpLoadBalancing +disabled \(file, \d+ s old\)\n +gcloud container clusters update prod --location=asia-northeast1 --project=my-project --update-addons=HttpLoadBalancing=ENABLED\n/,
  );
  expect(out).toMatch(
    /\nautopilot +not known\n +gcloud container clusters describe prod .*value\(autopilot\.enabled\)"\n/,
  );
  expect(out).toMatch(/\nenableTrafficScaling +false \(assumed: the open-source default\)\n/);
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
