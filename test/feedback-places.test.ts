// docs/feedback-places.md against the texts that test/gitops sees come out of the tools; and the part of them that is the guard's own
// against the guard, so that a change of its words is seen without those tools.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { admit } from '../src/admission/admit.ts';
import { parseReview } from '../src/admission/review.ts';
import { auditObjects } from '../src/audit/audit.ts';
import { reportOf } from '../src/audit/namespace-report.ts';
import type { Facts } from '../src/facts/facts.ts';
import { at } from '../src/kubernetes/read.ts';
import { createSnapshot } from '../src/snapshot/snapshot.ts';
import { directoryOf } from './cli/support.ts';
import { factsText } from './cluster/deployed-guard.ts';
import * as texts from './gitops/texts.ts';
import { corridorOf, parsed } from './support/corridor.ts';
import { ADD_ON_OFF, ADD_ON_ON } from './support/facts.ts';
import { argocdServer, ingress, type RawObject, service } from './support/objects.ts';
import { expectPage } from './support/page.ts';
import { resultAsYaml } from './support/result-as-yaml.ts';
import { reviewOf } from './support/reviews.ts';

const PAGE = 'docs/feedback-places.md';
const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const WEB = ingress({ class: 'gce' });
const MARKED = /<!-- text: (\S+) -->\n(?:```\n[\s\S]*?\n```\n)?/g;

const page = readFileSync(new URL(`../${PAGE}`, import.meta.url), 'utf8');

it('shows every text, each as it is', () => {
  const shown = page.replaceAll(MARKED, (_, id: string) => {
    const text = at({ ...texts }, ...id.split('.'));
    if (typeof text !== 'string' || text === '') throw new Error(`${PAGE}: there is no text ${id}`);
    return `<!-- text: ${id} -->\n\`\`\`\n${text.trimEnd()}\n\`\`\`\n`;
  });
  expectPage(PAGE, shown);
  const tools = Object.entries({ ...texts }).filter(([, value]) => typeof value === 'object');
  const ids = tools.flatMap(([tool, those]) => Object.keys(those).map((name) => `${tool}.${name}`));
  expect([...page.matchAll(MARKED)].map(([, id]) => id).toSorted()).toEqual(ids.toSorted());
});

/** What the webhook says of a new object while the add-on is off: the refusal, else the warnings. */
function saidOf(object: RawObject): unknown {
  const parsed = parseReview(reviewOf(object));
  if (!parsed.ok) throw new TypeError(`no review: ${parsed.detail}`);
  const { answer } = admit('validate', parsed.review, corridorOf([], { facts: ADD_ON_OFF }));
  const { status, warnings } = answer.response;
  return status?.message ?? warnings;
}

it('has the words of the guard', () => {
  expect(saidOf(WEB)).toBe(texts.REFUSAL);
  expect(saidOf({ ...argocdServer(), metadata: { namespace: 'shop', name: 'argocd-server' } })).toEqual([
    texts.WARNING,
  ]);
});

it('has the words of the report', () => {
  const argocd = { ...argocdServer(), metadata: { namespace: 'shop', name: 'argocd-server' } };
  expect(reportedOf([WEB], ADD_ON_OFF)).toEqual([texts.REPORT.refusal]);
  const neg = service({ name: 'argocd-server', neg: '{"ingress": true}' });
  const front = ingress({ name: 'argocd-server', class: 'gce', service: 'argocd-server' });
  expect(reportedOf([front, neg, argocd], ADD_ON_ON)).toContain(texts.REPORT.warning);
});

/** The results of the report of namespace shop, as YAML. */
function reportedOf(objects: readonly RawObject[], facts: Facts): readonly string[] {
  const all = objects.map(parsed);
  const snapshot = createSnapshot(all, 'everything');
  const corridor = { ...corridorOf([], { facts }), snapshot };
  const found = [...auditObjects(all, { corridor })].flatMap(({ findings }) => findings);
  return (reportOf('shop', found, snapshot)?.results ?? []).map(resultAsYaml);
}

it('has the words of check', () => {
  const facts = factsText('httpLoadBalancing: disabled\nvpcNative: true');
  const cwd = directoryOf({ 'facts.yaml': facts, 'k8s/ingress.yaml': stringify(WEB) });
  const args = [MAIN, 'check', 'k8s', '--facts=facts.yaml', '--format=github'];
  const { stdout } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8' });
  expect(stdout).toBe(`${texts.GITHUB.refusal}\n`);
});
