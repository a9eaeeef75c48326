// The formats for pipelines of what `audit` finds: objects of a cluster, which are in no file.
import { describe, expect, it } from 'vitest';
import { referenceTo } from '../../src/kubernetes/field-path.ts';
import { parseObject } from '../../src/kubernetes/parse.ts';
import { type CheckFormat, renderCheck } from '../../src/report/check-formats.ts';
import { type CheckReport, inNoFile, type LocatedFinding } from '../../src/report/check-report.ts';
import { RULES } from '../../src/rules/index.ts';
import { ingress } from '../support/objects.ts';
import { validateSarif } from '../support/sarif.ts';
import { run } from './support.ts';

const HOSTILE = 'x\n::error::a]]><script>&"\'[f](http://g.example)/../../etc\u202e\u0000';

function found(name: string, namespace = 'shop', rule = 'path-invalid'): LocatedFinding {
  const object = parseObject(ingress({ name, namespace, class: 'gce' }));
  if (object === undefined) throw new Error('no object');
  return inNoFile({
    ...{ rule, severity: 'error', isCertain: true, isLate: false, condition: undefined, object },
    ...{ owner: referenceTo(object), path: ['spec'], identity: 'spec', note: '', elsewhere: '', places: [] },
    message: `path "${name}" fails.`,
    fix: { text: 'Write another', edits: [], commands: [], alternatives: [] },
  });
}

function render(format: CheckFormat, findings: readonly LocatedFinding[]): string {
  const calm = parseObject(ingress({ name: 'calm', namespace: 'quiet', class: 'gce' }));
  if (calm === undefined) throw new Error('no object');
  const report: CheckReport = {
    ...{ objects: 2, findings, exempted: [], mutations: [], undecided: [], unseen: [], unread: [], unnamed: [] },
    judged: [...findings.map(({ finding }) => finding.object), calm].map((object) => ({ object, file: '' })),
    notFinal: { aside: [], kustomizations: [], findings: 0, restOn: [], render: '' },
    ...{ ofCluster: new Set<string>(), askedCluster: true, rules: RULES, failOn: 'error', directory: '/' },
  };
  return renderCheck(format, report, { hasColour: false, isQuiet: false });
}

describe('what stands in no file', () => {
  it('has a place in SARIF that is not among the sources, and is valid', () => {
    const document = JSON.parse(render('sarif', [found('web'), found(HOSTILE)]));
    validateSarif(document);
    expect(validateSarif.errors ?? []).toEqual([]);
    const [{ results, originalUriBaseIds }] = document.runs;
    expect(originalUriBaseIds).toEqual({
      CLUSTER: { description: { text: expect.stringContaining('There is no file') } },
    });
    const places = results.map(
      (one: { locations: readonly { physicalLocation: object }[] }) => one.locations[0]?.physicalLocation,
    );
    expect(places[0]).toEqual({
      artifactLocation: { uri: 'shop/Ingress/web.yaml', uriBaseId: 'CLUSTER' },
      region: { startLine: 1 },
    });
    expect(places[1].artifactLocation.uri).toMatch(/^shop\/Ingress\/[^/]+\.yaml$/);
  });

  it('has a path of three parts in GitLab, and a line, whatever its name is', () => {
    const issues = JSON.parse(render('gitlab', [found('web'), found(HOSTILE), found('web', 'other')]));
    expect(issues.map((one: { location: unknown }) => one.location)).toEqual([
      { path: 'shop/Ingress/web.yaml', lines: { begin: 1 } },
      { path: expect.stringMatching(/^shop\/Ingress\/[^/\n\u202e]+\.yaml$/), lines: { begin: 1 } },
      { path: 'other/Ingress/web.yaml', lines: { begin: 1 } },
    ]);
    expect(new Set(issues.map((one: { fingerprint: string }) => one.fingerprint)).size).toBe(3);
  });

  it('names no file to GitHub, and makes one command', () => {
    const lines = render('github', [found('web'), found(HOSTILE)])
      .trim()
      .split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toBe('::error title=path-invalid::Ingress/shop/web: path "web" fails. Fix: Write another');
    for (const line of lines) expect(line).toMatch(/^::error title=path-invalid::Ingress\/shop\//);
  });

  it('is by namespace in JUnit, what is clean too', () => {
    const xml = render('junit', [found('web'), found('shop', 'other')]);
    expect(
      [...xml.matchAll(/<testsuite name="([^"]*)" tests="(\d+)" failures="(\d+)"/g)].map(([, ...one]) => one),
    ).toEqual([
      ['shop', '1', '1'],
      ['other', '1', '1'],
      ['quiet', '1', '0'],
    ]);
    expect(xml).not.toMatch(/ (?:file|line)="/);
    expect(xml).toContain('<testcase classname="Ingress/quiet/calm" name="no finding"/>');
  });
});

it('prints what changes as text or JSON only', async () => {
  const { code, err } = await run(['audit', '--watch', '-o', 'sarif']);
  expect(code).toBe(2);
  expect(err).toContain('--watch prints as text or json');
});
